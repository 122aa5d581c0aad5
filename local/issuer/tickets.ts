import { randomBytes } from "node:crypto";

/** Secrets that stand for something, as long as the process lives: at most so many at a time, the oldest goes first. */
export interface Tickets<T> {
  give(this: void, value: T, until: number): string;
  find(this: void, ticket: string): T | undefined;
  /** A ticket that was taken is none any more. */
  take(this: void, ticket: string): T | undefined;
}

export function createTickets<T>(countMax: number, clock: () => number = Date.now): Tickets<T> {
  const held = new Map<string, { readonly value: T; readonly until: number }>();

  function find(ticket: string): T | undefined {
    const found = held.get(ticket);
    return found !== undefined && clock() < found.until ? found.value : undefined;
  }

  return {
    give(value, until) {
      for (const oldest of held.keys()) {
        if (held.size < countMax) break;
        held.delete(oldest);
      }
      const ticket = randomBytes(32).toString("base64url");
      held.set(ticket, { value, until });
      return ticket;
    },
    find,
    take(ticket) {
      const value = find(ticket);
      held.delete(ticket);
      return value;
    },
  };
}
