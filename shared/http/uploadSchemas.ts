import { z } from "zod";
import { blockBytes } from "../domain/blockUpload.ts";
import { idMember, timeMember, wholeNumber } from "./manageMembers.ts";
import { asAnswer, asRequest } from "./schemaNames.ts";
import { escapeControls } from "./wireText.ts";

const nameCharactersMax = 1_024;
const queryCharactersMax = 200;

const hashMember = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, "The SHA-256 of the file, in 64 hexadecimal digits.");

export const uploadRequest = asRequest(
  "UploadRequest",
  z.strictObject({
    size: wholeNumber(1, Number.MAX_SAFE_INTEGER).meta({ description: "Of the whole file, in bytes." }),
    name: z
      .string()
      .trim()
      .min(1, "At least 1 character.")
      .max(nameCharactersMax, `At most ${nameCharactersMax} characters.`)
      .overwrite((text) => escapeControls(text, nameCharactersMax))
      .exactOptional()
      .meta({ description: "By which the client knows the file: its external identifier." }),
    sha256: hashMember.exactOptional().meta({ description: "Here, or with the commit." }),
    entity: z.string().max(queryCharactersMax).exactOptional().meta({ description: "As in the query of enqueue." }),
    company: z.string().max(queryCharactersMax).exactOptional().meta({ description: "As in the query of enqueue." }),
  }),
);

export const uploadCommitRequest = asRequest(
  "UploadCommitRequest",
  z.strictObject({ sha256: hashMember.exactOptional().meta({ description: "Where the reservation did not say it." }) }),
);

const blockNumber = z.int().min(0);

export const uploadAnswer = asAnswer(
  "Upload",
  z.strictObject({
    id: idMember,
    state: z.enum(["open", "committed"]),
    messageId: idMember.exactOptional().meta({ description: "What it became, once it is committed." }),
    size: z.int().min(1).exactOptional(),
    address: z
      .string()
      .meta({
        format: "uri",
        description: "Where blocks are put: `&comp=block&blockid=` and the id follow. A key: keep it.",
      })
      .exactOptional(),
    addressUntil: timeMember.exactOptional().meta({ description: "Asked for again, it is made anew." }),
    until: timeMember.exactOptional().meta({ description: "When the upload is given up that is not committed." }),
    blockBytes: z
      .int()
      .exactOptional()
      .meta({ description: `Of every block but the last one: ${blockBytes}.` }),
    blocks: z
      .int()
      .min(1)
      .exactOptional()
      .meta({ description: "How many; the id of a block is its number from 0 in six digits, in base64." }),
    received: blockNumber.exactOptional(),
    missing: z
      .array(asAnswer("BlockGap", z.strictObject({ from: blockNumber, through: blockNumber })))
      .max(1000)
      .exactOptional()
      .meta({ description: "Blocks that are not there, or have the wrong size; the first 1,000 gaps." }),
  }),
);
