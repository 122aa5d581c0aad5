/** Joins a producer that pushes to a consumer that reads, one item at a time, so that neither runs ahead. */
export interface Relay<T> {
  readonly items: AsyncIterable<T>;
  /** Waits until the consumer has taken the item before; throws what the consumer failed with. */
  push(item: T): Promise<void>;
  end(): void;
  fail(error: Error): void;
  /** Ties the consumer's promise to the relay: when it fails, so does the next push. */
  guard<R>(consumer: Promise<R>): Promise<R>;
}

export function createRelay<T>(): Relay<T> {
  const waiting: T[] = [];
  let state: { readonly kind: "open" | "ended" } | { readonly kind: "failed"; readonly error: unknown } = {
    kind: "open",
  };
  let wake = Promise.withResolvers<void>();
  const change = (): void => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };

  async function* read(): AsyncGenerator<T> {
    for (;;) {
      while (waiting.length > 0) {
        const item = waiting.shift()!;
        change();
        yield item;
      }
      if (state.kind === "failed") throw state.error;
      if (state.kind === "ended") return;
      await wake.promise;
    }
  }

  return {
    items: read(),
    async push(item) {
      while (waiting.length > 0 && state.kind === "open") await wake.promise;
      if (state.kind === "failed") throw state.error;
      waiting.push(item);
      change();
    },
    end() {
      if (state.kind === "open") state = { kind: "ended" };
      change();
    },
    fail(error) {
      if (state.kind === "open") state = { kind: "failed", error };
      change();
    },
    guard(consumer) {
      consumer.catch((error: unknown) => {
        if (state.kind === "open") state = { kind: "failed", error };
        change();
      });
      return consumer;
    },
  };
}
