import { describe, expect, test } from "vitest";
import { requireKnownRetention } from "../../../cli/storage/knownRetention.ts";
import { numberSettings } from "../../../shared/settings.ts";

const deployed = { isLocal: false, name: "abc.blob.core.windows.net" };
const judge = (env: Record<string, string>, storage = deployed) => requireKnownRetention(storage, { env });

describe("a repair", () => {
  test.each([{}, { RetentionDays: " " }])(
    "of a deployed storage is refused with %j, which says no retention",
    (env) => {
      expect(() => judge(env)).toThrow("Set RetentionDays as the service of abc.blob.core.windows.net has it");
    },
  );

  test("goes on where it is said, and where the service runs here", () => {
    expect(() => judge({ [numberSettings.retentionDays.name]: "365" })).not.toThrow();
    expect(() => judge({}, { isLocal: true, name: "here" })).not.toThrow();
  });
});
