/** Who does something, as it is written down: an application, and the person who uses it. */
export interface Actor {
  /** The client id of the application, a lower-case GUID. */
  readonly applicationId: string;
  /** Absent when the application acts by itself. */
  readonly person?: Person;
}

/** Who sent a request, as far as a verified token says. */
export interface Caller extends Actor {
  /** App roles that were assigned in Entra ID, spelled as there. */
  readonly roles: readonly string[];
  readonly tokenVersion: "1.0" | "2.0";
  /** The service principal or the person behind the token, a lower-case GUID; absent when the token names none. */
  readonly objectId?: string;
  /** What the person behind a delegated token let the application do; absent when the application acts by itself. */
  readonly scopes?: readonly string[];
}

/** Somebody who uses an application. */
export interface Person {
  /** A lower-case GUID, the same as long as the person is known in Entra ID. */
  readonly objectId: string;
  /** For people to read, and of nothing that acts on a page, a terminal or a log. */
  readonly name: string;
}

/** Of a caller what is kept. */
export function actorOf({ applicationId, person }: Actor): Actor {
  return { applicationId, ...(person && { person }) };
}

const nameCharactersMax = 100;
/** Controls, marks of direction, and what else cannot be seen. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The first of the texts in which something can be read, on one line and not too long; the id when there is none. */
export function toPersonName(objectId: string, texts: readonly unknown[]): string {
  for (const text of texts) {
    if (typeof text !== "string") continue;
    const seen = text
      .slice(0, 4 * nameCharactersMax)
      .replaceAll(/\s+/gu, " ")
      .replaceAll(unseen, "")
      .trim();
    const characters = Array.from(seen);
    if (characters.length > nameCharactersMax) return `${characters.slice(0, nameCharactersMax - 1).join("")}…`;
    if (seen !== "") return seen;
  }
  return objectId;
}
