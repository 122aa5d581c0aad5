/** Who signs tokens here, and where people sign in. */
export interface Authority {
  /** Issuers of both token versions. */
  readonly issuers: { readonly v1: string; readonly v2: string };
  readonly keysUrl: string;
  /** How the management page's client library gets there. */
  readonly signIn: SignIn;
}

export interface SignIn {
  readonly authority: string;
  readonly clientId: string;
  readonly scope: string;
  /** Hosts that the library shall trust without asking Entra ID for them. */
  readonly knownAuthorities: readonly string[];
  /** What the library would read at the authority, where it is not to look there itself. */
  readonly authorityMetadata?: AuthorityMetadata;
}

export interface AuthorityMetadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly end_session_endpoint: string;
  readonly jwks_uri: string;
}

/** What a person's token must be for, to count here. */
export const manageScope = "Manage.Access";

/** Where the management page takes people back from their sign-in: below the address of the service, and nowhere else. */
export const pagePaths = ["/manage", "/manage/", "/manage/signed-in"] as const;

/** The scope as clients ask for it: of the API with this application id. */
export function scopeOf(apiClientId: string): string {
  return `api://${apiClientId}/${manageScope}`;
}

/** The tenant in the public cloud, or at the development issuer where there is one. */
export function authorityOf(given: {
  readonly tenantId: string;
  readonly apiClientId: string;
  readonly developmentIssuerUrl: string | undefined;
}): Authority {
  const { apiClientId, developmentIssuerUrl } = given;
  const tenantId = given.tenantId.toLowerCase();
  const base = developmentIssuerUrl ?? "https://login.microsoftonline.com";
  const keysUrl = `${base}/${tenantId}/discovery/v2.0/keys`;
  const client = { clientId: apiClientId, scope: scopeOf(apiClientId) };
  if (developmentIssuerUrl !== undefined) {
    const issuers = { v1: `${base}/${tenantId}/`, v2: `${base}/${tenantId}/v2.0` };
    return { issuers, keysUrl, signIn: { ...client, ...developmentSignIn(base, tenantId, issuers.v2, keysUrl) } };
  }
  const issuers = entraIssuers(tenantId);
  return { issuers, keysUrl, signIn: { ...client, authority: `${base}/${tenantId}`, knownAuthorities: [] } };
}

/** The issuers of a tenant in the public cloud, one for each version of its tokens. */
export function entraIssuers(tenantId: string): Authority["issuers"] {
  const tenant = tenantId.toLowerCase();
  return { v1: `https://sts.windows.net/${tenant}/`, v2: `https://login.microsoftonline.com/${tenant}/v2.0` };
}

/**
 * MSAL takes no authority but with https, and asks it for nothing when it is given what stands there: so it reaches an
 * issuer that speaks http on the same machine.
 */
function developmentSignIn(base: string, tenantId: string, issuer: string, keysUrl: string) {
  const below = (rest: string): string => `${base}/${tenantId}/oauth2/v2.0/${rest}`;
  return {
    authority: `${base.replace(/^http:/, "https:")}/${tenantId}`,
    knownAuthorities: [new URL(base).host],
    authorityMetadata: {
      issuer,
      authorization_endpoint: below("authorize"),
      token_endpoint: below("token"),
      end_session_endpoint: below("logout"),
      jwks_uri: keysUrl,
    },
  };
}
