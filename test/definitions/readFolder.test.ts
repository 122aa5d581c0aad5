import { symlink } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parseFile } from "../../definitions/folder/parseFile.ts";
import { readFolder } from "../../definitions/folder/readFolder.ts";
import { fileSchemas } from "../../definitions/schemas.ts";
import { folderOf, shop } from "./folders.ts";

const problemsOf = async (files: Readonly<Record<string, string>>) =>
  readFolder(await folderOf(files)).then(
    () => [],
    (error) => error.problems,
  );

describe("a folder that is read", () => {
  test("tells of every wrong member, with its file and line", async () => {
    const entity = "name: Groups\naotName: G\nfields:\n  - name: A\n    type: text\n    isKey: yes\n  - name: B\n";

    const problems = await problemsOf({ ...shop, "entities/groups.yaml": entity });

    expect(problems).toEqual([
      { file: "entities/groups.yaml", line: 5, path: "fields[0].type", message: expect.stringContaining("Expected") },
      { file: "entities/groups.yaml", line: 6, path: "fields[0].isKey", message: expect.stringContaining("boolean") },
      { file: "entities/groups.yaml", line: 7, path: "fields[1].type", message: "This member is required." },
    ]);
  });

  for (const [what, files, problem] of [
    ["a folder that is no kind of definition", { "project/a.yaml": "" }, { file: "project/" }],
    ["a file that is none", { "formats/read.me": "" }, { file: "formats/read.me" }],
    ["a member that is there twice", { "formats/a.yaml": "name: A\nname: B\n" }, { line: 2 }],
    ["JSON that is none", { "formats/a.json": "{ name: 'A' }" }, { file: "formats/a.json" }],
    [
      "a definition that is there twice",
      { "formats/a.yaml": "name: A\n", "formats/b.yaml": "name: a\n" },
      { path: "name" },
    ],
    ["a job without an id", { "jobs/a.yaml": "name: A\nproject: P\ndirection: import\n" }, { path: "activityId" }],
    ["a file of another folder", { "stylesheets/a.yaml": "name: A\ncontentFile: ../b.xsl\n" }, { path: "contentFile" }],
    ["a tag of another language", { "formats/a.yaml": "name: !!js/function A\n" }, { line: 1 }],
  ] as const) {
    test(`refuses ${what}`, async () => {
      expect(await problemsOf({ "entities/.keep": "", ...files })).toContainEqual(expect.objectContaining(problem));
    });
  }

  test("follows no link, which could lead to any file", async () => {
    const folder = await folderOf({ "stylesheets/a.yaml": "name: A\ncontentFile: a.xsl\n" });
    await symlink("/etc/hostname", `${folder}/stylesheets/a.xsl`);

    await expect(readFolder(folder)).rejects.toThrow("no plain file");
  });
});

describe("a file", () => {
  test("that names one thing many times over is refused before it fills the memory", () => {
    const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let at = 1; at < 12; at += 1)
      bomb.push(
        `a${at}: &a${at} [${Array(10)
          .fill(`*a${at - 1}`)
          .join(", ")}]`,
      );

    expect(parseFile(bomb.join("\n"), false)).toEqual({ message: expect.stringContaining("alias") });
  });

  test("that is nested without end is refused", () => {
    expect(parseFile("[".repeat(20_000), false)).toHaveProperty("message");
  });
});

describe("the schema for editors", () => {
  const ajv = new Ajv2020({ strict: false, formats: { uuid: true, date: true, "date-time": true } });

  for (const [list, schema] of fileSchemas()) {
    test(`takes the files of ${list}/, and no member that only answers have`, async () => {
      const isSound = ajv.compile(schema);
      const files = Object.entries(shop).filter(([file]) => file.startsWith(list) && !file.endsWith(".xsl"));

      for (const [file, text] of files) {
        const parsed = parseFile(text, file.endsWith("json"));
        expect("json" in parsed && isSound(parsed.json) ? [] : [file, isSound.errors]).toEqual([]);
      }
      expect(files.length).toBeGreaterThan(0);
      expect(JSON.stringify(schema)).not.toContain("savedByPerson");
    });
  }

  test("takes a placeholder wherever a value stands, and no other text in its place", () => {
    const isSound = ajv.compile(fileSchemas().get("jobs") ?? {});
    const text = shop["jobs/orders-in.yaml"] ?? "";
    const withInterval = (interval: string): unknown => {
      const parsed = parseFile(text.replace("frequency: minute", `frequency: minute, interval: ${interval}`), false);
      return "json" in parsed ? parsed.json : undefined;
    };

    expect(isSound(withInterval('"${minutes}"'))).toBe(true);
    expect(isSound(withInterval('"often"'))).toBe(false);
    expect(isSound({ ...Object(withInterval("5")), applications: "${clients}", direction: "${direction}" })).toBe(true);
  });
});
