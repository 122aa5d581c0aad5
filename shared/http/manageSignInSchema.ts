import { z } from "zod";
import { idMember, personMember } from "./manageMembers.ts";
import { asAnswer } from "./schemaNames.ts";

const authorityMetadata = asAnswer(
  "AuthorityMetadata",
  z
    .strictObject({
      issuer: z.string(),
      authorization_endpoint: z.string(),
      token_endpoint: z.string(),
      end_session_endpoint: z.string(),
      jwks_uri: z.string(),
    })
    .meta({ description: "What a client library would read at the authority: give it this, and it looks nowhere." }),
);

/** What a page must know before anybody has signed in. */
export const signInAnswer = asAnswer(
  "SignIn",
  z.strictObject({
    authority: z.string().meta({ description: "Where people sign in, as MSAL takes it." }),
    clientId: idMember.meta({ description: "The page's client id, which is the API's as well." }),
    scope: z.string().meta({ description: "What to ask a token for." }),
    knownAuthorities: z
      .array(z.string())
      .meta({ description: "Hosts that are trusted although they are not Entra ID." }),
    authorityMetadata: authorityMetadata.exactOptional(),
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
