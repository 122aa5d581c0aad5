import { TextDecoder } from "node:util";
import { DomainError } from "../../domain/errors.ts";
import { readBody, type ServiceRequest } from "../request.ts";
import { escapeControls } from "../wireText.ts";

const bodyBytesMax = 64 * 1024;
const shownCharactersMax = 40;

/**
 * The text of a body, in the encoding that its type names, or in UTF-8. Some clients send Latin 1 where nobody tells them
 * otherwise; what is not what it says is refused, before a character of a name is lost.
 */
export async function readBodyText(request: ServiceRequest): Promise<string> {
  const bytes = await readBody(request, bodyBytesMax);
  const charset = charsetOf(request.headers.get("content-type") ?? "");
  const decoder = findDecoder(charset);
  if (!decoder)
    throw refused(`is in "${escapeControls(charset, shownCharactersMax)}", which is no encoding known here`);
  try {
    return decoder.decode(bytes);
  } catch {
    throw refused(`is not in ${decoder.encoding}`);
  }
}

function charsetOf(type: string): string {
  return /;\s*charset\s*=\s*"?([^;"]*)/i.exec(type)?.[1]?.trim() || "utf-8";
}

function findDecoder(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return undefined;
  }
}

function refused(problem: string): DomainError {
  const message = `The body ${problem}. Send it in UTF-8, or with the charset of its own in Content-Type.`;
  return new DomainError("invalid", message, [{ path: "Content-Type", message }]);
}
