import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { stylesheetProblems, withKnownExtensions } from "../../shared/formats/stylesheetRules.ts";
import { workerTransformer } from "../../shared/xslt/workerTransformer.ts";

// What xsltproc (libxslt 1.1.35) made of the same document, kept as files: `xsltproc --nonet <name>.xsl orders.xml`.

const folder = path.join(import.meta.dirname, "../fixtures/stylesheets");
const read = (name: string): string => readFileSync(path.join(folder, name), "utf8");
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".xsl") ? [file.slice(0, -".xsl".length)] : []));
const transformer = workerTransformer();

describe("a stylesheet", () => {
  test("is there for each of the features", () => {
    expect(names.length).toBe(10);
  });

  test.each(names)("of %s gives what xsltproc gives", async (name) => {
    const content = read(`${name}.xsl`);
    const { outputs } = await transformer.transform(
      [{ name, content: withKnownExtensions(content) }],
      readFileSync(path.join(folder, "orders.xml")),
    );

    expect(stylesheetProblems(content)).toEqual([]);
    expect(Buffer.from(outputs[0]!).toString("utf8")).toBe(read(`${name}.out.xml`));
  });
});
