import { UsageError } from "../exitCodes.ts";
import { isLoopback } from "./given.ts";

/** Entra ID in its clouds. */
const entraHosts = ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"];

/**
 * The service says who gives tokens for it. A secret goes to Entra ID alone, and to the issuer of a service on this machine:
 * an address that was mistyped gets none.
 */
export function checkIssuer(issuer: string, baseUrl: string, tenant: string | undefined): void {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isEntra = url?.protocol === "https:" && entraHosts.includes(url.hostname);
  const isLocal = url !== undefined && isLoopback(url.hostname) && isLoopback(new URL(baseUrl).hostname);
  if (!isEntra && !isLocal) {
    throw new UsageError(`${baseUrl} wants tokens of ${issuer}, which is not Entra ID. The secret was not sent.`);
  }
  if (tenant === undefined || url?.pathname.split("/")[1]?.toLowerCase() === tenant.toLowerCase()) return;
  throw new UsageError(
    `${baseUrl} wants tokens of ${issuer}, and not of the tenant ${tenant}. The secret was not sent.`,
  );
}
