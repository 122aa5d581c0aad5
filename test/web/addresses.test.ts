import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { curlLinesOf } from "../../web/parts/job/addresses.ts";

const links = { enqueue: "http://localhost/api/connector/enqueue/{A}", jobstatus: "http://localhost/status/{A}" };
const job = { direction: "import", source: "file", links } as const;

/** What a shell hands to curl. */
function argumentsOf(line: string): readonly string[] {
  const script = `curl() { printf '%s\\0' "$@" >&2; }; TOKEN=t; ${line}`;
  const shown = execFileSync("sh", ["-c", `{ ${script}; } 2>&1 >/dev/null`], { encoding: "utf8" });
  return shown.split("\0").slice(0, -1);
}

describe("the line that sends a file", () => {
  test.each(["customer groups.csv", 'it\'s $(rm -rf) "new".csv', "-x`id`.csv"])("names it, called %s", (fileName) => {
    const [send] = curlLinesOf(job, ["Vendors' bank accounts"], fileName);

    const handed = argumentsOf(send?.line ?? "");
    expect(handed[handed.indexOf("--data-binary") + 1]).toBe(`@${fileName}`);
    expect(handed.at(-1)).toBe("http://localhost/api/connector/enqueue/%7BA%7D?entity=Vendors%27%20bank%20accounts");
  });
});
