// Measures what docs/performance.md promises: npm run bench -- [name …] [--scale 0.01]
//   enqueue import import-xml stylesheets export filter excel peers dequeue tick unread responsive page cold-start, and only when they are asked for:
//   overview ten-million large price
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { buildApp } from "../local/build.ts";
import { benchBesidePeers } from "./besidePeers.ts";
import { benchColdStart } from "./coldStart.ts";
import { benchDequeue } from "./dequeue.ts";
import { benchEnqueue } from "./enqueue.ts";
import { benchExcel } from "./excel.ts";
import { benchExportMillion } from "./exportMillion.ts";
import { type Benchmark, type Figure, isReached, toTable } from "./figure.ts";
import { benchFilteredExport } from "./filteredExport.ts";
import { benchImportMillion } from "./importMillion.ts";
import { benchImportXml } from "./importXml.ts";
import { benchLarge } from "./large.ts";
import { benchOverview } from "./overview.ts";
import { benchPage } from "./page.ts";
import { benchPrice } from "./price.ts";
import { benchResponsive } from "./responsive.ts";
import { benchStylesheets } from "./stylesheets.ts";
import { benchTenMillion } from "./tenMillion.ts";
import { benchTick } from "./tick.ts";
import { benchUnread } from "./unread.ts";

const benchmarks: Readonly<Record<string, Benchmark>> = {
  enqueue: benchEnqueue,
  import: benchImportMillion,
  "import-xml": benchImportXml,
  stylesheets: benchStylesheets,
  export: benchExportMillion,
  filter: benchFilteredExport,
  excel: benchExcel,
  peers: benchBesidePeers,
  dequeue: benchDequeue,
  tick: benchTick,
  unread: benchUnread,
  responsive: benchResponsive,
  page: benchPage,
  "cold-start": benchColdStart,
};
/** Take so long that they run only when they are asked for. */
const long: Readonly<Record<string, Benchmark>> = {
  overview: benchOverview,
  "ten-million": benchTenMillion,
  large: benchLarge,
  price: benchPrice,
};
const all = { ...benchmarks, ...long };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: "string", default: "1" } },
});
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks);
await buildApp();
const figures: Figure[] = [];
for (const name of names) {
  const benchmark = all[name];
  if (!benchmark) throw new Error(`There is no benchmark "${name}"; there are ${Object.keys(all).join(", ")}.`);
  console.error(`${name} …`);
  figures.push(...(await benchmark(Number(values.scale))));
}
console.log(
  `${cpus()[0]?.model ?? "?"}, ${availableParallelism()} cores; Node ${process.version}; ${new Date().toISOString().slice(0, 10)}`,
);
console.log(toTable(figures));
process.exitCode = figures.every(isReached) ? 0 : 1;
process.exit();
