import { inParallel } from "../../ports/inParallel.ts";
import type { Ground } from "../ground/ground.ts";
import type {
  BackupWriter,
  BroughtBlob,
  Container,
  DocumentLine,
  KeptBlob,
  LineWriter,
  Section,
  TellGoing,
} from "./backup.ts";

/** Blobs that are copied at the same time. */
const blobsAtOnce = 8;
const missingMax = 1000;

interface Counts {
  rows: Record<string, number>;
  documents: number;
  blobs: number;
  blobBytes: number;
  reusedBlobs: number;
}

/** One backup while it is taken, and what it has come to. */
export interface Taking {
  readonly ground: Ground;
  readonly startedAt: number;
  readonly counts: Counts;
  readonly missing: readonly string[];
  readonly begin: (section: Section) => Promise<LineWriter>;
  readonly readBack: BackupWriter["readBack"];
  /** Brings all of the blobs; undefined when one of them is not there. */
  readonly bring: (blobs: readonly KeptBlob[]) => Promise<readonly BroughtBlob[] | undefined>;
  /** Makes what was brought a part of the backup. */
  readonly note: (blobs: readonly BroughtBlob[]) => Promise<void>;
  readonly noteMissing: (blob: Pick<KeptBlob, "container" | "name">) => void;
}

export function startTaking(ground: Ground, writer: BackupWriter, startedAt: number, tell: TellGoing): Taking {
  const counts: Counts = { rows: {}, documents: 0, blobs: 0, blobBytes: 0, reusedBlobs: 0 };
  const missing: string[] = [];
  const going = (): void => {
    const rows = Object.values(counts.rows).reduce((sum, count) => sum + count, 0);
    tell({ rows, blobs: counts.blobs, bytes: counts.blobBytes });
  };
  return {
    ground,
    startedAt,
    counts,
    missing,
    begin: (section) => beginCounted(writer, section, counts, going),
    readBack: (section) => writer.readBack(section),
    async bring(blobs) {
      const open = ({ container, name }: KeptBlob) => ground.blobs(container).read(name);
      const brought = await inParallel(blobs, blobsAtOnce, (blob) => writer.keep(blob, () => open(blob)));
      const all = brought.filter((blob) => blob !== undefined);
      return all.length === blobs.length ? all : undefined;
    },
    async note(blobs) {
      for (const blob of blobs) {
        await writer.note(blob);
        counts.blobs += 1;
        counts.blobBytes += blob.sizeBytes;
        counts.reusedBlobs += blob.isReused ? 1 : 0;
        going();
      }
    },
    noteMissing({ container, name }) {
      if (missing.length < missingMax) missing.push(`${container}/${name}`);
    },
  };
}

async function beginCounted(
  writer: BackupWriter,
  section: Section,
  counts: Counts,
  going: () => void,
): Promise<LineWriter> {
  const lines = await writer.begin(section);
  const isOfRows = section !== "documents" && section !== "pins";
  if (isOfRows) counts.rows[section] = 0;
  return {
    end: () => lines.end(),
    async write(line) {
      await lines.write(line);
      if (isOfRows) counts.rows[section] = (counts.rows[section] ?? 0) + 1;
      if (section === "documents") counts.documents += 1;
      going();
    },
  };
}

/** What changes in place, as it stands now; undefined when it is gone. */
export async function findDocument(
  { ground }: Taking,
  container: Container,
  name: string,
): Promise<DocumentLine | undefined> {
  const found = await ground.blobs(container).find(name);
  return found && { container, name, bytes: Buffer.from(found.bytes).toString("base64") };
}
