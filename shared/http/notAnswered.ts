/** The service did not come to an end in the time in which somebody still hears its answer. */
export class NotAnswered extends Error {
  override readonly name = "NotAnswered";

  constructor(waitedMs: number) {
    super(
      `The request was not done after ${waitedMs / 1_000} seconds, and it may be done yet. Look what became of it, ` +
        "or send it again with the same Idempotency-Key.",
    );
  }
}
