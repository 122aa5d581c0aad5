/**
 * The ground did not answer, or said "later" or "not now", for as long as its tries lasted: a time-out, a connection that
 * broke, a service that is down or too busy, a sign-in that failed. Nothing is wrong with what was asked, and it may have
 * been done all the same: whoever asked may ask again later.
 */
export class Unavailable extends Error {
  override readonly name: string = "Unavailable";
}
