import { describe, expect, test } from "vitest";
import { mayDo, requireRole, type Permission } from "../../shared/auth/roles.ts";
import type { Caller } from "../../shared/domain/caller.ts";

function callerWith(...roles: string[]): Caller {
  return { applicationId: "bbbbbbbb-0000-4000-8000-000000000002", roles, tokenVersion: "2.0" };
}

describe("an app role", () => {
  const table: readonly (readonly [string, readonly Permission[]])[] = [
    ["Integration.Manage", ["read", "manage"]],
    ["Integration.Read", ["read"]],
    ["Integration.Package", ["package"]],
    ["Integration.Connect", []],
    ["integration.manage", []],
    ["__proto__", []],
  ];

  for (const [role, permissions] of table) {
    test(`${role} gives ${permissions.join(" and ") || "nothing"}`, () => {
      const given = (["read", "manage", "package"] as const).filter((permission) =>
        mayDo(callerWith(role), permission),
      );

      expect(given).toEqual(permissions);
    });
  }

  test("that is missing is named in the refusal", () => {
    expect(() => requireRole(callerWith(), "read")).toThrow(
      expect.objectContaining({
        code: "forbidden",
        message: "This needs the app role Integration.Read or Integration.Manage.",
      }),
    );
    expect(() => requireRole(callerWith("Integration.Manage"), "read")).not.toThrow();
  });
});
