import { describe, expect, test } from "vitest";
import { mayDo, requireManageScope, requireRole, type Permission } from "../../shared/auth/roles.ts";
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

describe("the scope of the management API", () => {
  const person = { objectId: "cccccccc-0000-4000-8000-000000000003", name: "a@demo.example" };
  const manager = callerWith("Integration.Manage");

  test("is nothing that an application needs for itself", () => {
    expect(() => requireManageScope(manager)).not.toThrow();
  });

  for (const scopes of [[], ["user_impersonation"], ["manage.access"], ["Manage.Access.All"]]) {
    test(`is missing in a person's ${JSON.stringify(scopes)}`, () => {
      expect(() => requireManageScope({ ...manager, scopes, person })).toThrow(
        expect.objectContaining({ code: "forbidden", message: expect.stringContaining("Manage.Access") }),
      );
    });
  }

  test("counts where the token says who the person is", () => {
    const scopes = ["Manage.Access"];

    expect(() => requireManageScope({ ...manager, scopes, person })).not.toThrow();
    expect(() => requireManageScope({ ...manager, scopes })).toThrow(expect.objectContaining({ code: "forbidden" }));
  });
});
