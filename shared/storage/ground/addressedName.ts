const addressCharactersMax = 4_000;

/** The name of the blob in a container that an address is of; only what is written is looked at, and nobody asked. */
export function addressedName(address: string, container: string): string | undefined {
  if (address.length > addressCharactersMax || !URL.canParse(address)) return undefined;
  const { protocol, host, username, password, pathname } = new URL(address);
  const own = new URL(container);
  if (protocol !== own.protocol || host !== own.host || username !== "" || password !== "") return undefined;
  const folder = `${own.pathname.replace(/\/$/u, "")}/`;
  const name = pathname.startsWith(folder) ? pathname.slice(folder.length) : "";
  return /^[\w-]+$/u.test(name) ? name : undefined;
}
