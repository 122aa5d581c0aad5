// Writes, in the form of GITHUB_ENV, each variable of the repository and of the environment that infra/main.bicepparam asks
// for. They come as one JSON object in VARIABLES; an empty one is none, so that the file's default counts.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const parameters = readFileSync(fileURLToPath(new URL("../infra/main.bicepparam", import.meta.url)), "utf8");
const asked = [...parameters.matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(([, name]) => name);
const variables = JSON.parse(process.env.VARIABLES ?? "{}");
// No value can hold the mark that ends it.
const end = randomUUID();

for (const name of asked.filter((one) => variables[one])) {
  process.stdout.write(`${name}<<${end}\n${variables[name]}\n${end}\n`);
}
