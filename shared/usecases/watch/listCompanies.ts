import type { Ports } from "../../ports.ts";

/** The companies for which records were ever stored, in their order. */
export async function listCompanies(ports: Ports): Promise<readonly string[]> {
  const refs = await ports.entities.list();
  return [...new Set(refs.flatMap(({ company }) => company ?? []))].toSorted();
}
