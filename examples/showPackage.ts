// Lists a data package, and prints its data files:  node local/run.mjs examples/showPackage.ts package.zip
import { readFile } from "node:fs/promises";
import { collectBytes } from "../shared/formats/byteChunks.ts";
import { bytesInMemory } from "../shared/formats/randomAccess.ts";
import { openPackageZip } from "../shared/formats/zipReader.ts";

const shownBytesMax = 1024 * 1024;

const archive = await openPackageZip(bytesInMemory(await readFile(process.argv[2] ?? "")));
for (const { name, inflatedBytes } of archive.entries) {
  console.log(`${name} (${inflatedBytes} bytes)`);
  if (/\.(csv|txt)$/i.test(name)) {
    const bytes = await collectBytes(archive.open(name), shownBytesMax, name);
    console.log(Buffer.from(bytes).toString("utf8").trimEnd());
  }
}
