import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { clientSettings } from "../../local/clientSettings.ts";

const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/connect.md"), "utf8");
const settings = clientSettings({ baseUrl: "https://localhost", certificateFile: ".local/certificate.crt" });

describe("docs/connect.md", () => {
  test.each(settings)("shows the settings of $client as a start prints them", ({ language, text }) => {
    expect(page).toContain(`\`\`\`${language}\n${text}\n\`\`\`\n`);
  });
});
