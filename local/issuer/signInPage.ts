import { createHash } from "node:crypto";
import { type IssuerAnswer, toPage } from "./answer.ts";
import { people, type Person } from "./people.ts";

const style = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; }
main { box-sizing: border-box; width: min(26rem, 100%); padding: 1.5rem; overflow-wrap: anywhere; }
ul { list-style: none; margin: 1.5rem 0; padding: 0; display: grid; gap: .75rem; }
button { font: inherit; width: 100%; padding: .75rem 1rem; text-align: start; border: 1px solid; border-radius: .4rem; cursor: pointer; background: Canvas; color: CanvasText; }
button:hover { text-decoration: underline; }
button:focus-visible { outline: 3px solid CanvasText; outline-offset: 2px; }
button span { display: block; }
strong { font-size: 1.1rem; }
`;

const styleHash = createHash("sha256").update(style).digest("base64");

/** No script, nothing from elsewhere, in nobody's frame. Where a form's answer redirects to is a target of the form too. */
const policyFor = (formTargets: readonly string[]): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `form-action ${formTargets.join(" ") || "'none'"}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");

/** The form on which a person says who they are; the answer goes to the same address, with the same query. */
export function showSignIn(
  query: URLSearchParams,
  loginHint: string | undefined,
  pageOrigins: readonly string[],
): IssuerAnswer {
  const hinted = findHinted(loginHint);
  const choices = people.map((person) => toChoice(person, person === (hinted ?? people[0])));
  return show(
    200,
    "Sign in",
    `<p>This is the development sign-in of the service on this machine. It asks for no password, and does not exist in Azure.</p>
<form method="post" action="authorize?${escapeHtml(query.toString())}">
<ul>
${choices.join("\n")}
</ul>
<button name="cancel" value="1">Cancel</button>
</form>`,
    ["'self'", ...pageOrigins],
  );
}

export function showRefusal(message: string): IssuerAnswer {
  return show(400, "This sign-in cannot go on", `<p>${escapeHtml(message)}</p>`);
}

export function showSignedOut(): IssuerAnswer {
  return show(200, "You are signed out", "<p>This window may be closed.</p>");
}

/** Whom a client means, by name or id. */
export function findHinted(loginHint: string | undefined): Person | undefined {
  const hint = loginHint?.toLowerCase();
  return people.find(({ userName, objectId }) => hint === userName || hint === objectId);
}

function toChoice({ objectId, userName, name, mayDo }: Person, isFirst: boolean): string {
  const texts = [`<strong>${escapeHtml(name)}</strong>`, escapeHtml(userName), escapeHtml(mayDo)];
  const spans = texts.map((text) => `<span>${text}</span>`).join("");
  return `<li><button name="person" value="${objectId}"${isFirst ? " autofocus" : ""}>${spans}</button></li>`;
}

function show(status: number, title: string, content: string, formTargets: readonly string[] = []): IssuerAnswer {
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Recurring integrations</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return toPage(status, body, { "content-security-policy": policyFor(formTargets), "x-frame-options": "DENY" });
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
