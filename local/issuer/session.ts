import type { IncomingMessage } from "node:http";
import { tenantId } from "./applications.ts";
import type { Consents } from "./consents.ts";
import type { Person } from "./people.ts";

const sessionMs = 24 * 60 * 60_000;

// Browsers send a host's cookies to all of its ports, and another service on this machine has sessions of its own.
const nameAt = (origin: string): string => `signed-in-${new URL(origin).port || "0"}`;

/** Who signed in with this browser before, and has not signed out. */
export function findSession(request: IncomingMessage, origin: string, { sessions }: Consents): Person | undefined {
  const ticket = readTicket(request, origin);
  return ticket === undefined ? undefined : sessions.find(ticket);
}

/** The header by which the browser remembers the person. */
export function beginSession(person: Person, origin: string, { sessions }: Consents, now: number) {
  return { "set-cookie": toCookie(origin, sessions.give(person, now + sessionMs), sessionMs / 1_000) };
}

/** The header by which the browser forgets whom it knew; the issuer forgets them as well. */
export function endSession(request: IncomingMessage, origin: string, { sessions }: Consents) {
  sessions.take(readTicket(request, origin) ?? "");
  return { "set-cookie": toCookie(origin, "", 0) };
}

function readTicket({ headers }: IncomingMessage, origin: string): string | undefined {
  const start = `${nameAt(origin)}=`;
  const found = headers.cookie?.split(";").map((pair) => pair.trim());
  return found?.find((pair) => pair.startsWith(start))?.slice(start.length);
}

function toCookie(origin: string, ticket: string, seconds: number): string {
  const attributes = `Path=/${tenantId}/oauth2/v2.0; Max-Age=${seconds}; HttpOnly; SameSite=Lax`;
  return `${nameAt(origin)}=${ticket}; ${attributes}${origin.startsWith("https:") ? "; Secure" : ""}`;
}
