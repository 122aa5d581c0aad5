import type { RecurringJob } from "../shared/domain/recurringJob.ts";
import type { StoragePorts } from "../shared/storage/storagePorts.ts";
import { type Cost, costText } from "./cost.ts";
import { changedFile, customersFile } from "./dataFiles.ts";
import { changesJob, exportJob, importJob, saveDefinitions } from "./definitions.ts";
import { type Figure, memoryMegabytesMax } from "./figure.ts";
import { openPorts } from "./ground.ts";
import { startDuckDb } from "./peers/duckdb.ts";
import type { Peer } from "./peers/peer.ts";
import { startPostgres } from "./peers/postgres.ts";
import { changedChunks } from "./records.ts";
import { startService, type MeasuredService } from "./serviceProcess.ts";
import { exportRecords, importFile, importFiles, type ImportCost } from "./serviceWork.ts";

const records = 1_000_000;
const changedOf = 100;
const smallRounds = 10;
const smallImports = 100;
const smallRecords = 10;

interface Work {
  readonly count: number;
  readonly changed: number;
  readonly file: string;
  readonly changes: string;
}

/** What each step of the same work on the same files cost. */
interface Steps<Import extends Cost = Cost> {
  readonly fresh: Import;
  readonly again: Cost;
  readonly full: Cost;
  readonly few: Cost;
  readonly changes: Cost;
}

interface ServiceSteps extends Steps<ImportCost> {
  /** The CPU time of each hundred of small imports. */
  readonly small: readonly number[];
}

/** The service and the databases of this machine, one after the other, on the same files; the service with V8's own heap. */
export async function benchBesidePeers(scale: number): Promise<readonly Figure[]> {
  const count = Math.round(records * scale);
  const changed = Math.round(count / changedOf);
  const work = { count, changed, file: await customersFile(count), changes: await changedFile(changed, count) };
  const service = await serviceSteps(work, Math.max(2, Math.round(smallRounds * scale)));
  const peers: { readonly name: string; readonly steps: Steps }[] = [];
  for (const start of [startDuckDb, startPostgres]) {
    const peer = await start();
    if (peer) peers.push({ name: peer.name, steps: await peerSteps(peer, work) });
  }
  return [...peers.flatMap(({ name, steps }) => ratios(name, work, service, steps)), ...ownFigures(work, service)];
}

async function peerSteps(peer: Peer, { count, changed, file, changes }: Work): Promise<Steps> {
  try {
    return {
      fresh: await peer.importFile(file, 1, count),
      again: await peer.importFile(file, 1, count),
      full: await peer.exportFile(0, count),
      few: await peer.importFile(changes, 2, changed),
      changes: await peer.exportFile(1, changed),
    };
  } finally {
    await peer.stop();
  }
}

async function serviceSteps(work: Work, rounds: number): Promise<ServiceSteps> {
  const service = await startService("machine");
  try {
    const ports = openPorts(service.connectionString);
    const [importing, exporting, exportingChanges] = [importJob(), exportJob(), changesJob()];
    await saveDefinitions(ports, [importing, exporting, exportingChanges]);
    const fresh = await importFile(service, ports, importing, work.file);
    const again = await importFile(service, ports, importing, work.file);
    const full = await exportRecords(service, ports, exporting, work.count);
    // From here on its exports hold what changed.
    await exportRecords(service, ports, exportingChanges, work.count);
    const few = await importFile(service, ports, importing, work.changes);
    const changes = await exportRecords(service, ports, exportingChanges, work.changed);
    const small: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      small.push((await smallRound({ service, ports, job: importing }, work.count, round)).cpuSeconds);
    }
    return { fresh, again, full, few, changes, small };
  } finally {
    await service.stop();
  }
}

interface Importing {
  readonly service: MeasuredService;
  readonly ports: StoragePorts;
  readonly job: RecurringJob;
}

function smallRound({ service, ports, job }: Importing, count: number, round: number): Promise<Cost> {
  const bodies = Array.from({ length: smallImports }, (_, index) =>
    Buffer.concat([...changedChunks(smallRecords, count, 2 + round * smallImports + index)]),
  );
  return importFiles(service, ports, job, bodies);
}

/** The targets are held against DuckDB, which is ahead of PostgreSQL. */
function ratios(name: string, { count, changed }: Work, service: Steps, peer: Steps): readonly Figure[] {
  const [all, some] = [count.toLocaleString("en-US"), changed.toLocaleString("en-US")];
  const beside = (what: string, done: number, own: Cost, other: Cost, share: number): Figure => ({
    what,
    value: done / own.cpuSeconds,
    unit: "records per CPU-second",
    limit: { what: name, value: done / other.cpuSeconds },
    took: `${costText(own)}; ${name} ${costText(other)}`,
    ...(name === "DuckDB" && { target: { atLeast: (share * done) / other.cpuSeconds } }),
  });
  return [
    beside(`import of ${all} new records, enqueue included`, count, service.fresh, peer.fresh, 0.9),
    beside("the same file again", count, service.again, peer.again, 0.6),
    beside(`import of ${some} changed records into ${all}`, changed, service.few, peer.few, 1),
    beside(`full export of ${all}`, count, service.full, peer.full, 0.6),
    beside(`incremental export of ${some} of ${all}`, changed, service.changes, peer.changes, 1),
  ];
}

function ownFigures({ count }: Work, { fresh, full, small }: ServiceSteps): readonly Figure[] {
  const [first = Number.NaN, last = Number.NaN] = [small[0], small.at(-1)];
  const memory = (what: string, { peakMegabytes }: Cost): Figure => ({
    what: `memory of the ${what}, with V8's own heap`,
    value: peakMegabytes,
    unit: "MB",
    target: { atMost: memoryMegabytesMax },
  });
  return [
    {
      what: `last ${smallImports} of ${small.length * smallImports} imports of ${smallRecords} records into ${count.toLocaleString("en-US")}`,
      value: last,
      unit: "CPU-seconds",
      limit: { what: `the first ${smallImports}`, value: first },
      target: { atMost: 1.3 * first },
    },
    {
      what: "wall time of the import's run",
      value: fresh.runWallSeconds,
      unit: "s",
      limit: { what: "its CPU time", value: fresh.runCpuSeconds },
      target: { atMost: 0.7 * fresh.runCpuSeconds },
    },
    {
      what: "CPU time of its main thread",
      value: fresh.runMainThreadSeconds,
      unit: "s",
      limit: { what: "the run's CPU time", value: fresh.runCpuSeconds },
    },
    memory("import", fresh),
    memory("full export", full),
  ];
}
