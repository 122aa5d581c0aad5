/** Commands of a guide, and what it shows that they print. */
export interface GuideBlock {
  readonly line: number;
  readonly commands: string;
  readonly shown: string;
  /** The same for PowerShell; empty where there is none. */
  readonly powerShell: string;
}

export type Shell = "bash" | "pwsh";

const blockPattern =
  /^```sh\n(?<commands>.*?)^```\n(?:\n```text\n(?<shown>.*?)^```\n)?(?:\n<details>\n<summary>PowerShell<\/summary>\n\n```powershell\n(?<powerShell>.*?)^```\n\n<\/details>\n)?/gms;

/** The `sh` blocks in their order, each with the `text` block that follows it at once; without one it prints nothing. */
export function readBlocks(markdown: string): readonly GuideBlock[] {
  return Array.from(markdown.matchAll(blockPattern), (match) => ({
    line: markdown.slice(0, match.index).split("\n").length,
    commands: match.groups?.["commands"] ?? "",
    shown: match.groups?.["shown"] ?? "",
    powerShell: match.groups?.["powerShell"] ?? "",
  }));
}

/** One script of all blocks, since a block uses the names of those before it; a failing command ends it. */
export function toScript(blocks: readonly GuideBlock[], shell: Shell = "bash"): string {
  if (shell === "pwsh") {
    const parts = blocks.map(({ line, powerShell }) => `${powerShell}\nWrite-Output '${markOf(line)}'\n`);
    return ["$ErrorActionPreference = 'Stop'", ...parts].join("\n");
  }
  const parts = blocks.map(({ line, commands }) => `${commands}\necho '${markOf(line)}'\n`);
  return ["set -e -o pipefail", "exec 2>&1", ...parts].join("\n");
}

/** What each block printed; undefined for those that the script did not finish. */
export function splitOutput(blocks: readonly GuideBlock[], output: string): ReadonlyMap<GuideBlock, string> {
  const printed = new Map<GuideBlock, string>();
  let rest = output;
  for (const block of blocks) {
    const end = rest.indexOf(markOf(block.line));
    if (end === -1) break;
    printed.set(block, rest.slice(0, end));
    rest = rest.slice(end + markOf(block.line).length + 1);
  }
  return printed;
}

const varying: readonly (readonly [RegExp, string])[] = [
  [/\r/g, ""],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, "<time>"],
  [/"PopReceipt":"[^"]+"/g, '"PopReceipt":"<receipt>"'],
  [/^([\w.]+\.xml) \(\d+ bytes\)$/gm, "$1 (<size> bytes)"],
  [/http:\/\/localhost:\d+/g, "<base>"],
];

/** The text without what differs from run to run: ids, times, receipts, addresses, and the sizes of XML files. */
export function withoutVarying(text: string): string {
  return varying.reduce((masked, [pattern, name]) => masked.replace(pattern, name), text).trim();
}

function markOf(line: number): string {
  return `-----end of the block at line ${line}-----`;
}
