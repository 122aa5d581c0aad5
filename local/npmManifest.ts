import { readFile } from "node:fs/promises";
import path from "node:path";
import { oldestNode } from "./installation.mjs";

/** Its types are in the client's. */
export const clientPackage = "openapi-fetch";
const local = {
  import: { types: "./dist/local/localService.d.mts", default: "./dist/local/localService.mjs" },
  require: { types: "./dist/local/localService.d.cts", default: "./dist/local/localService.cjs" },
};

/** The package.json of the npm package. Only who runs the service in a test needs its peers, and is told when one lacks. */
export async function npmManifest(): Promise<string> {
  const { name, version, description, license, type, bin, exports, engines, dependencies, devDependencies } =
    JSON.parse(await readFile(path.join(import.meta.dirname, "../package.json"), "utf8"));
  const peers = { azurite: devDependencies.azurite, node: `>=${oldestNode}` };
  const doors = { "./client": exports["./client"], "./local": local, "./package.json": "./package.json" };
  const facts = { name, version, description, license, type, bin, engines, exports: doors };
  const asked = {
    dependencies: { [clientPackage]: dependencies[clientPackage] },
    peerDependencies: peers,
    peerDependenciesMeta: Object.fromEntries(Object.keys(peers).map((peer) => [peer, { optional: true }])),
  };
  return `${JSON.stringify({ ...facts, ...asked }, undefined, 2)}\n`;
}
