import { z } from "zod";
import { idMember, personMember } from "./manageMembers.ts";
import { asAnswer } from "./schemaNames.ts";

/** What a page must know before anybody has signed in. */
export const signInAnswer = asAnswer(
  "SignIn",
  z.strictObject({
    issuer: z
      .string()
      .meta({ description: "Who signs people in, by OpenID Connect: its discovery document says how." }),
    clientId: idMember.meta({ description: "The page's client id, which is the API's as well." }),
    scope: z.string().meta({ description: "What to ask a token for." }),
  }),
);

/** Who asks, and whether changes are refused. */
export const meAnswer = asAnswer(
  "Me",
  z.strictObject({
    applicationId: idMember.meta({ description: "Of the client that the token was given to." }),
    person: personMember.exactOptional().meta({ description: "Absent when an application asks for itself." }),
    mayManage: z.boolean().meta({ description: "Whether what changes something is allowed; reading is." }),
  }),
);
