/** Who signs tokens here, and where people sign in. */
export interface Authority {
  /** Issuers of both token versions. */
  readonly issuers: { readonly v1: string; readonly v2: string };
  readonly keysUrl: string;
  readonly signIn: SignIn;
}

/** What the page needs for the authorization code flow; all else stands in the issuer's discovery document. */
export interface SignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
}

/** What a person's token must be for, to count here. */
export const manageScope = "Manage.Access";

/** Where the management page takes people back from their sign-in: below the address of the service, and nowhere else. */
export const pagePaths = ["/manage", "/manage/signed-out"] as const;

/**
 * The scope as the page asks for it: of the API with this application id. The page's client is the API's own registration,
 * and Entra ID renews a token for oneself only where it is named by that id, without `api://` (AADSTS90009).
 */
export function scopeOf(apiClientId: string): string {
  return `${apiClientId}/${manageScope}`;
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
  const issuers =
    developmentIssuerUrl === undefined
      ? entraIssuers(tenantId)
      : { v1: `${base}/${tenantId}/`, v2: `${base}/${tenantId}/v2.0` };
  return {
    issuers,
    keysUrl: `${base}/${tenantId}/discovery/v2.0/keys`,
    signIn: { issuer: issuers.v2, clientId: apiClientId, scope: scopeOf(apiClientId) },
  };
}

/** The issuers of a tenant in the public cloud, one for each version of its tokens. */
export function entraIssuers(tenantId: string): Authority["issuers"] {
  const tenant = tenantId.toLowerCase();
  return { v1: `https://sts.windows.net/${tenant}/`, v2: `https://login.microsoftonline.com/${tenant}/v2.0` };
}
