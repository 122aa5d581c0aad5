import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isApiAddress, toPageReply } from "../../shared/http/page.ts";
import { type PageFiles, pageFilesOf } from "../../shared/http/pageFiles.ts";

const startText = "<!doctype html><title>Page</title>";
const scriptText = "console.log('page')";
let folder: string;
let files: PageFiles;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "page-"));
  files = pageFilesOf(pathToFileURL(`${folder}/`));
  const store = async (name: string, stored: string, type: string, text: string) => {
    await writeFile(path.join(folder, `${stored}.br`), brotliCompressSync(text));
    await writeFile(path.join(folder, `${stored}.gz`), gzipSync(text));
    return { name, stored, type, etag: `"${stored}"`, sizeBytes: text.length };
  };
  const listing = {
    files: [
      await store("index.html", "1.html", "text/html; charset=utf-8", startText),
      await store("assets/main-abc.js", "2.js", "text/javascript; charset=utf-8", scriptText),
    ],
  };
  await writeFile(path.join(folder, "page.json"), JSON.stringify(listing));
});

afterAll(() => rm(folder, { recursive: true }));

function ask(url: string, headers: Readonly<Record<string, string>> = {}, method = "GET") {
  return toPageReply({ method, url, headers: new Headers(headers) }, files, "https://login.example");
}
const textOf = ({ body }: Awaited<ReturnType<typeof ask>>) => Buffer.from(body as Uint8Array).toString();
const headersOf = ({ headers }: Awaited<ReturnType<typeof ask>>) => headers as Record<string, string>;

describe("the page", () => {
  test("begins at every address of a view, whatever the view is called", async () => {
    for (const view of ["/manage", "/manage/", "/manage/jobs/1", "/manage/entities/a.js", "/manage/%2e%2e/page.json"]) {
      const reply = await ask(`https://files.example${view}`);
      expect([view, reply.status, textOf(reply)]).toEqual([view, 200, startText]);
      expect(headersOf(reply)["cache-control"]).toBe("no-store");
    }
  });

  test("lets nothing run, load or frame it but what is its own", async () => {
    const policy = headersOf(await ask("https://files.example/manage"))["content-security-policy"]!;
    const rules = Object.fromEntries(policy.split("; ").map((rule) => rule.split(/ (.*)/s)));

    expect(rules).toMatchObject({
      "default-src": "'none'",
      "script-src": "'self'",
      "connect-src": "'self' https://login.example",
      "frame-ancestors": "'none'",
      "base-uri": "'none'",
    });
    expect(policy).not.toMatch(/unsafe|\*/);
  });

  test("sends its files packed as the browser takes them, for a year", async () => {
    const url = "https://files.example/manage/assets/main-abc.js";
    const packed = await ask(url, { "accept-encoding": "gzip, deflate, br, zstd" });
    expect(headersOf(packed)).toMatchObject({
      "content-encoding": "br",
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
    });
    expect(brotliDecompressSync(packed.body as Uint8Array).toString()).toBe(scriptText);
    expect(gunzipSync((await ask(url, { "accept-encoding": "gzip" })).body as Uint8Array).toString()).toBe(scriptText);
    for (const accepted of [{}, { "accept-encoding": "br;q=0, gzip;q=0.0" }, { "accept-encoding": "brotli, xgzip" }]) {
      const plain = await ask(url, accepted);
      expect([headersOf(plain)["content-encoding"], textOf(plain)]).toEqual([undefined, scriptText]);
    }
  });

  test("does not send what the browser has", async () => {
    const askWith = (tags: string) => ask("https://files.example/manage/assets/main-abc.js", { "if-none-match": tags });

    for (const tags of ['W/"2.js"', '"1.js" ,"2.js"', "*"]) {
      const reply = await askWith(tags);
      expect([tags, reply.status, reply.body, headersOf(reply)["etag"]]).toEqual([tags, 304, undefined, 'W/"2.js"']);
    }
    for (const tags of ['"1.js"', "2.js", ""]) expect((await askWith(tags)).status).toBe(200);
  });

  test("answers HEAD as GET, without the bytes", async () => {
    const reply = await ask("https://files.example/manage/assets/main-abc.js", {}, "HEAD");

    expect([reply.status, reply.body, headersOf(reply)["content-length"]]).toEqual([
      200,
      undefined,
      String(scriptText.length),
    ]);
  });

  test("knows no file but those of its build", async () => {
    for (const name of ["assets/main-old.js", "assets/2.js.br", "assets/../page.json", "assets/%2e%2e/page.json"]) {
      await expect(ask(`https://files.example/manage/${name}`)).rejects.toMatchObject({ code: "notFound" });
    }
  });

  test("says that there is none in a build without it, and is there as soon as one is", async () => {
    const empty = await mkdtemp(path.join(tmpdir(), "page-"));
    const built = pageFilesOf(pathToFileURL(`${empty}/`));
    const request = { method: "GET", url: "https://files.example/manage", headers: new Headers() };
    await expect(toPageReply(request, built, "https://login.example")).rejects.toMatchObject({
      code: "notFound",
      message: expect.stringContaining("npm run build"),
    });
    await cp(folder, empty, { recursive: true });

    expect((await toPageReply(request, built, "https://login.example")).status).toBe(200);
    await rm(empty, { recursive: true });
  });

  test("leaves the addresses of the API alone, in any spelling", () => {
    const isApi = (url: string) => isApiAddress(`https://files.example${url}`);

    const spellings = [
      "/manage/api/jobs",
      "//manage//api/jobs",
      "/MANAGE/API",
      "/manage/api?a=/b",
      "/manage/%61P%49/x",
    ];
    expect(spellings.filter((url) => !isApi(url))).toEqual([]);
    const views = ["/manage/apis?x=/manage/api", "/manage/api%2Fjobs", "/manage", "/manage/jobs/api"];
    expect(views.filter(isApi)).toEqual([]);
  });
});
