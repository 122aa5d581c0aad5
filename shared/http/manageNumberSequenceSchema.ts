import { z } from "zod";
import { largestOf, type NumberSequence } from "../domain/numberSequence.ts";
import {
  definitionFacts,
  descriptionMember,
  nameMember,
  printableText,
  readOnlyFacts,
  readOnlyMember,
  wholeNumber,
} from "./manageMembers.ts";
import { asAnswer, asRequest } from "./schemaNames.ts";

const numberMax = 10 ** 15;
const number = wholeNumber(0, numberMax);

const members = {
  name: nameMember,
  description: descriptionMember,
  format: printableText(1, 60).meta({ description: "A text in which one run of # stands for the digits: INV-######." }),
};

export const numberSequenceRequest = asRequest(
  "NumberSequenceRequest",
  z.strictObject({
    ...members,
    smallest: number.default(1),
    largest: number.exactOptional().meta({ description: "All that the format has room for, when left out." }),
    next: number.exactOptional().meta({ description: "No smaller number is drawn; the smallest, when left out." }),
    drawn: readOnlyMember,
    ...readOnlyFacts,
  }),
);

const drawnNumbers = asAnswer(
  "DrawnNumbers",
  z.strictObject({ entity: z.string(), company: z.string().exactOptional(), next: z.int() }),
);

export const numberSequenceAnswer = asAnswer(
  "NumberSequence",
  z.strictObject({
    ...members,
    smallest: z.int(),
    largest: z.int(),
    next: z.int(),
    drawn: z
      .array(drawnNumbers)
      .exactOptional()
      .meta({ readOnly: true, description: "The next number of each company in which some were given to records." }),
    ...definitionFacts,
  }),
);

export function toNumberSequence({
  version: _version,
  savedAt: _at,
  savedBy: _by,
  savedByPerson: _person,
  drawn: _drawn,
  ...body
}: z.output<typeof numberSequenceRequest>): NumberSequence {
  return { ...body, largest: body.largest ?? largestOf(body.format), next: body.next ?? body.smallest };
}
