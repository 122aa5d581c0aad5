// What others import as recurring-integrations/client: the API by its types, and the tokens to speak with it.
export {
  type Api,
  type ApiOptions,
  createApi,
  type Problem,
  read,
  readVersioned,
  Refused,
  type Schemas,
  Unreachable,
} from "./api.ts";
export { type ClientCredentials, clientCredentials, findIssuer, TokenRefused } from "./clientCredentials.ts";
export { fetchWithToken, type Tokens } from "./fetchWithToken.ts";
export { type BlockSource, uploadFile, type UploadWish } from "./upload.ts";
