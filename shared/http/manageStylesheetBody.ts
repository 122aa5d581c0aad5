import { DomainError } from "../domain/errors.ts";
import { type Stylesheet, stylesheetCharactersMax } from "../domain/stylesheet.ts";
import { decodeXmlText } from "../formats/xmlTree.ts";
import { readManageBody } from "./manageBody.ts";
import type { ManageCall } from "./manageCall.ts";
import { nameMember } from "./manageMembers.ts";
import { readName, requireSameName } from "./manageRequest.ts";
import { stylesheetRequest } from "./manageStylesheetSchema.ts";
import { readBody } from "./request.ts";

const bodyBytesMax = 4 * stylesheetCharactersMax;

/** The definition as JSON, or the stylesheet alone as the XML that it is. */
export async function readStylesheet({ request, id }: ManageCall): Promise<Stylesheet> {
  if (
    !/^(?:application|text)\/(?:[\w.+-]*\+)?(?:xml|xslt?)\s*(?:;|$)/iu.test(
      request.headers.get("content-type")?.trim() ?? "",
    )
  ) {
    const { name, description, content } = await readManageBody(request, stylesheetRequest);
    requireSameName(id, name);
    return { name, description, content };
  }
  const bytes = await readBody(request, bodyBytesMax);
  const named = nameMember.safeParse(readName(request));
  if (!named.success) throw new DomainError("invalid", "name: " + (named.error.issues[0]?.message ?? "is invalid"));
  return { name: named.data, description: "", content: decodeXmlText(bytes, "The stylesheet") };
}
