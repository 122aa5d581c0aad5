import { describe, expect, test } from "vitest";
import { memoryPorts } from "../support/memoryPorts.ts";
import { manageApp, managerId } from "./manageApp.ts";

const person = { objectId: "cccccccc-0000-4000-8000-000000000003", name: "a@demo.example" };
const signedIn = { person, scopes: ["Manage.Access"] };

describe("who I am", () => {
  test("is my name, and whether I may change anything", async () => {
    const call = await manageApp(memoryPorts());

    const manager = await call("GET", "me", { signedIn });
    expect(manager.json).toEqual({ applicationId: managerId, person, mayManage: true });
    const reader = await call("GET", "me", { signedIn, roles: ["Integration.Read"] });
    expect(reader.json).toEqual({ applicationId: managerId, person, mayManage: false });
  });

  test("is an application where nobody signed in", async () => {
    expect((await (await manageApp(memoryPorts()))("GET", "me")).json).toEqual({
      applicationId: managerId,
      mayManage: true,
    });
  });

  test("is nobody's without a role, or by a sign-in to something else", async () => {
    const call = await manageApp(memoryPorts());

    expect((await call("GET", "me", { signedIn, roles: [] })).status).toBe(403);
    const elsewhere = await call("GET", "me", { signedIn: { person, scopes: ["user_impersonation"] } });
    expect(elsewhere).toMatchObject({ status: 403, json: { detail: expect.stringContaining("Manage.Access") } });
  });
});

test("a reader who changes something is refused by the name of the role that it takes", async () => {
  const call = await manageApp(memoryPorts());

  const { status, json } = await call("DELETE", "projects/Any", { signedIn, roles: ["Integration.Read"] });

  expect(status).toBe(403);
  expect(json.detail).toContain("Integration.Manage");
});
