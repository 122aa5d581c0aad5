import { describe, expect, test } from "vitest";
import { commands } from "../../cli/commands.ts";
import { run } from "./terminal.ts";

describe("the command line", () => {
  test("tells all commands, and takes no command at all for a mistake", async () => {
    const [asked, nothing] = [await run(["--help"]), await run([])];

    expect(asked).toMatchObject({ code: 0, err: "" });
    for (const { name, summary } of commands) expect(asked.out).toMatch(new RegExp(`^ {2}${name} +${summary}$`, "m"));
    expect(nothing).toMatchObject({ code: 2, out: asked.out });
  });

  test.each(commands)("tells each option of $name, and an example that is one of it", async (command) => {
    const { code, out } = await run([command.name, "--help"]);

    expect(code).toBe(0);
    for (const [option, { help }] of Object.entries(command.options)) {
      expect(out).toMatch(new RegExp(`--${option}\\b`));
      expect(out).toContain(help);
    }
    expect(command.examples.length).toBeGreaterThan(0);
    for (const { line } of command.examples) expect(line).toMatch(new RegExp(`^${command.name}\\b`));
    expect(await run(["help", command.name])).toMatchObject({ code: 0, out });
  });

  test.each([
    [["tokens"], 'There is no command "tokens"'],
    [["token", "--frob"], "Unknown option '--frob'"],
    [["token", "--url"], "Option '--url <value>' argument missing"],
    [["token", "--url", "files.example"], '"files.example" is no address of a service'],
    [["token", "--url", "http://files.example"], "would carry tokens in the open"],
    [["token", "--client-id", "c1"], "the client secret (RECURRING_INTEGRATIONS_CLIENT_SECRET"],
    [["token", "--client-id", "c1", "--client-secret-file", "nowhere.txt"], "cannot be read from nowhere.txt"],
    [["token", "--client-id", "c1", "--client-secret-file", "-"], "The standard input has no secret"],
  ])("ends %j with 2 and a reason", async (args, reason) => {
    const { code, out, err } = await run(args);

    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(reason);
  });

  test("says as JSON why it failed, where JSON was asked for", async () => {
    const { code, err } = await run(["token", "--json", "--client-id", "c1", "--client-secret", "s"]);

    expect(code).toBe(4);
    expect(JSON.parse(err)).toEqual({
      error: { exitCode: 4, message: "https://files.example cannot be reached. Nobody is there." },
    });
  });

  test("ends by Ctrl-C with the number that shells know", async () => {
    const { code, err } = await run(["token", "--client-id", "c1", "--client-secret", "s"], {
      signal: AbortSignal.abort(),
    });

    expect({ code, err }).toEqual({ code: 130, err: "recurring-integrations: Interrupted." });
  });
});

const signIn = (issuer: string) => JSON.stringify({ issuer, clientId: "the-api", scope: "the-api/Manage.Access" });
const tenant = "00000000-0000-4000-8000-00000000000f";
const entra = `https://login.microsoftonline.com/${tenant}/v2.0`;
const withSecret = ["token", "--client-id", "c1", "--client-secret", "the secret"];

/** A service that names this issuer, and what was asked of whom. */
function world(issuer: string, tokenAnswer: object, tokenUrl = `${entra}/token`) {
  const asked: { readonly url: string; readonly form: string }[] = [];
  return {
    asked,
    fetch: async (request: Request): Promise<Response> => {
      asked.push({ url: request.url, form: await request.text() });
      if (request.url.endsWith("/sign-in")) return new Response(signIn(issuer));
      if (request.url.endsWith("openid-configuration")) return Response.json({ token_endpoint: tokenUrl });
      return Response.json(tokenAnswer, { status: "access_token" in tokenAnswer ? 200 : 401 });
    },
  };
}

describe("a token", () => {
  test("is asked for where the service says, for the service, and printed alone", async () => {
    const { asked, fetch } = world(entra, { access_token: "abc", expires_in: 3600 });

    const { code, out, err } = await run(withSecret, { fetch });

    expect({ code, out, err }).toEqual({ code: 0, out: "abc", err: "" });
    const form = new URLSearchParams(asked[2]?.form);
    expect(Object.fromEntries(form)).toEqual({
      grant_type: "client_credentials",
      client_id: "c1",
      client_secret: "the secret",
      scope: "the-api/.default",
    });
  });

  test("is asked for with a secret from the standard input or the environment", async () => {
    const { asked, fetch } = world(entra, { access_token: "abc" });
    const env = { RECURRING_INTEGRATIONS_URL: "https://files.example/", RECURRING_INTEGRATIONS_CLIENT_SECRET: "one" };

    await run(["token", "--client-id", "c1"], { fetch, env });
    await run([...withSecret.slice(0, 3), "--client-secret-file", "-"], {
      fetch,
      readInput: () => Promise.resolve("two\n"),
    });

    const secrets = asked.map(({ form }) => new URLSearchParams(form).get("client_secret")).filter(Boolean);
    expect(secrets).toEqual(["one", "two"]);
  });

  test.each([
    ["a service that names a stranger for its issuer", "https://login.evil.example/x/v2.0", entra, 2],
    ["an issuer whose tokens come from elsewhere", entra, "https://login.evil.example/token", 3],
  ])("is not asked for by %s: the secret stays", async (_, issuer, tokenUrl, expected) => {
    const { asked, fetch } = world(issuer, { access_token: "abc" }, tokenUrl);

    const { code } = await run(withSecret, { fetch });

    expect(code).toBe(expected);
    expect(asked.filter(({ form }) => form.includes("secret"))).toEqual([]);
  });

  test("of another tenant than the one that was meant is not asked for", async () => {
    const { fetch } = world(entra, { access_token: "abc" });

    expect((await run([...withSecret, "--tenant", tenant.toUpperCase()], { fetch })).code).toBe(0);
    expect((await run([...withSecret, "--tenant", "another"], { fetch })).code).toBe(2);
  });

  test("that is refused ends with 3, in the words of the issuer and without the secret", async () => {
    const { fetch } = world(entra, { error_description: "AADSTS7000215: Invalid client secret." });

    const { code, err } = await run(withSecret, { fetch });

    expect(code).toBe(3);
    expect(err).toBe("recurring-integrations: AADSTS7000215: Invalid client secret.");
  });
});
