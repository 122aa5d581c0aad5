// Writes the TypeScript types of an OpenAPI document into a file: generateTypes.ts <document> <file>, as the generator's
// own command does. The generator asks TypeScript for its library, which TypeScript 7 has no more; it gets that of 5.
import { readFile, writeFile } from "node:fs/promises";
import { registerHooks } from "node:module";

registerHooks({
  resolve: (specifier, context, next) => next(specifier === "typescript" ? "typescript-5" : specifier, context),
});

const [document = "", file = ""] = process.argv.slice(2);
const { default: generate, astToString } = await import("openapi-typescript");
// What has a default may be left out of a request.
const types = await generate(await readFile(document, "utf8"), { defaultNonNullable: false });
await writeFile(file, astToString(types));
