/** An application that jobs may be tried with. */
export interface ExampleClient {
  readonly applicationId: string;
  readonly secret: string;
}

/** Named by the issuer of a local service in its document; Entra ID names none. */
export function exampleClientOf(configuration: Readonly<Record<string, unknown>>): ExampleClient | undefined {
  const { example_client: named } = configuration;
  if (typeof named !== "object" || named === null || !("client_id" in named && "client_secret" in named))
    return undefined;
  const { client_id: applicationId, client_secret: secret } = named;
  return typeof applicationId === "string" && typeof secret === "string" ? { applicationId, secret } : undefined;
}
