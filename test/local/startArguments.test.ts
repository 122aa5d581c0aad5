import path from "node:path";
import { describe, expect, test } from "vitest";
import { help, readStartArguments } from "../../local/startArguments.ts";

describe("the arguments of a start", () => {
  test("are those that its help tells", () => {
    const folder = path.resolve("elsewhere");
    const told = [...help.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name]) => name);

    expect(told).toEqual(["--port", "--folder", "--memory", "--https", "--no-demo", "--seed", "--values", "--help"]);
    expect(
      readStartArguments(["--port", "0", "--folder", "elsewhere", "--memory", "--https", "--no-demo", "--help"]),
    ).toEqual({
      port: 0,
      folder,
      memory: true,
      https: true,
      demo: false,
      seed: undefined,
      values: undefined,
      help: true,
    });
  });

  test("have a seed in place of the demo", () => {
    expect(readStartArguments(["--seed", "shop"])).toMatchObject({ demo: false, seed: path.resolve("shop") });
    expect(readStartArguments(["--seed", "shop", "--values", "shop.yaml"])).toMatchObject({
      values: path.resolve("shop.yaml"),
    });
  });

  for (const [given, text] of [
    [["--prot", "1"], "Unknown option '--prot'. npm start -- --help lists the options."],
    [["--values", "shop.yaml"], "--values is for the definitions of a folder: name it with --seed."],
    [["--port", "x"], '--port is "x"; it must be 0 to 65535.'],
    [["--port", ""], '--port is ""; it must be 0 to 65535.'],
  ] as const) {
    test(`${given.join(" ")} is refused with what can be done`, () => {
      expect(() => readStartArguments(given)).toThrow(text);
    });
  }
});
