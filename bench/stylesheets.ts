import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { workerTransformer } from "../shared/xslt/workerTransformer.ts";
import { type Figure, median } from "./figure.ts";

const records = 60_000;
const groups = 97;
const rounds = 3;
const ratioMax = 1.5;
const delayMsMax = 50;

/** Groups a document of 10 MB by a key: Muenchian grouping, which slower processors do not end at all. */
const grouping = `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:key name="group" match="ROW" use="GROUP"/>
<xsl:template match="/"><Document><xsl:for-each select="Document/ROW[generate-id() = generate-id(key('group', GROUP)[1])]">
<GROUPS><ID><xsl:value-of select="GROUP"/></ID><COUNT><xsl:value-of select="count(key('group', GROUP))"/></COUNT></GROUPS>
</xsl:for-each></Document></xsl:template></xsl:stylesheet>`;

/** A stylesheet over 10 MB, beside `xsltproc` where there is one, and how long the event loop stood still meanwhile. */
export async function benchStylesheets(scale: number): Promise<readonly Figure[]> {
  const document = documentOf(Math.round(records * scale));
  const transformer = workerTransformer();
  const stylesheet = { name: "grouping", content: grouping };
  await transformer.check(stylesheet);
  let stopMs = 0;
  const native = await nativeProcessor(document);
  const own: number[] = [];
  const limits: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      own.push(await timed(() => transformer.transform([stylesheet], document)));
      delay.disable();
      stopMs = Math.max(stopMs, delay.max / 1e6);
      if (native) limits.push(await timed(native.run));
    }
  } finally {
    await native?.remove();
  }
  const megabytes = (document.length / 1024 / 1024).toFixed(1);
  const limit = limits.length > 0 ? { what: "xsltproc, its start included", value: median(limits) } : undefined;
  return [
    {
      what: `grouping of ${megabytes} MB by a stylesheet`,
      value: median(own),
      unit: "ms",
      ...(limit && { limit, target: { atMost: ratioMax * limit.value } }),
    },
    {
      what: "longest stop of the event loop meanwhile",
      value: stopMs,
      unit: "ms",
      target: { atMost: delayMsMax },
    },
  ];
}

function documentOf(count: number): Buffer {
  const rows = Array.from({ length: count }, (_, row) => {
    return `<ROW><GROUP>${row % groups}</GROUP><NOTE>${"x".repeat(120)}${row}</NOTE></ROW>`;
  });
  return Buffer.from(`<Document>${rows.join("")}</Document>`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Where `xsltproc` is on this machine; undefined where it is not. */
export function findXsltproc(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => path.join(folder, "xsltproc")).find((file) => existsSync(file));
}

async function nativeProcessor(document: Buffer) {
  const program = findXsltproc();
  if (program === undefined) return undefined;
  const folder = await mkdtemp(path.join(tmpdir(), "stylesheets-"));
  const files = ["grouping.xsl", "document.xml"].map((name) => path.join(folder, name));
  await writeFile(files[0]!, grouping);
  await writeFile(files[1]!, document);
  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = spawn(program, ["--nonet", "-o", path.join(folder, "out.xml"), ...files], { stdio: "inherit" });
      child.once("error", reject);
      child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`xsltproc ended with ${code}.`))));
    });
  return { run, remove: () => rm(folder, { recursive: true, force: true }) };
}
