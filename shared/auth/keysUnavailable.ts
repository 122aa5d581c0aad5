/**
 * The issuer's signing keys cannot be fetched, so a token can be neither accepted nor refused. That is no fault of the
 * caller: it is answered 503, because a 401 would tell the client to give up a good token.
 */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number, cause: unknown) {
    super("The issuer's signing keys cannot be fetched for the moment, so the token cannot be checked.", { cause });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
