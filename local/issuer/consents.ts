import type { Person } from "./people.ts";
import type { Scope } from "./personScope.ts";
import { createTickets, type Tickets } from "./tickets.ts";

/** That a person signed in to a client, and for what. */
export interface Consent {
  readonly person: Person;
  readonly clientId: string;
  readonly scope: Scope;
}

/** What an authorization code stands for, and who may redeem it. */
export interface CodeGrant extends Consent {
  readonly redirectUri: string;
  /** Of PKCE: the SHA-256 of the verifier. */
  readonly challenge: string;
  readonly nonce: string | undefined;
}

/** What a refresh token stands for; its successors end when it does, as Entra ID has it for single-page clients. */
export interface RefreshGrant extends Consent {
  readonly origin: string;
  readonly until: number;
}

/** All that the issuer remembers of people. */
export interface Consents {
  readonly codes: Tickets<CodeGrant>;
  readonly refreshTokens: Tickets<RefreshGrant>;
  /** Who signed in with this browser. */
  readonly sessions: Tickets<Person>;
}

const ticketsMax = 1_000;
export const codeMs = 60_000;
export const refreshMs = 24 * 60 * 60_000;

export function createConsents(clock: () => number = Date.now): Consents {
  return {
    codes: createTickets(ticketsMax, clock),
    refreshTokens: createTickets(ticketsMax, clock),
    sessions: createTickets(ticketsMax, clock),
  };
}
