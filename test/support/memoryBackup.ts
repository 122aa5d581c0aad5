import { createHash } from "node:crypto";
import { collectBytes } from "../../shared/formats/byteChunks.ts";
import type {
  BackupFacts,
  BackupReader,
  BackupWriter,
  BroughtBlob,
  Section,
} from "../../shared/storage/backup/backup.ts";

const bytesMax = 64 * 1024 * 1024;

/** A backup that lies nowhere. */
export function memoryBackup(): BackupWriter & { readonly reader: () => BackupReader } {
  const sections = new Map<Section, readonly string[]>();
  const bytes = new Map<string, Uint8Array>();
  const noted: BroughtBlob[] = [];
  let facts: BackupFacts | undefined;
  async function* read(section: Section): AsyncGenerator<unknown> {
    for (const line of sections.get(section) ?? []) yield JSON.parse(line);
  }
  return {
    async begin(section) {
      const lines: string[] = [];
      return {
        write: async (line) => void lines.push(JSON.stringify(line)),
        end: async () => void sections.set(section, lines),
      };
    },
    readBack: read,
    async keep(blob, open) {
      const source = await open();
      if (!source) return undefined;
      const all = await collectBytes(source, bytesMax, blob.name);
      bytes.set(`${blob.container}/${blob.name}`, all);
      return { ...blob, sha256: createHash("sha256").update(all).digest("hex"), isReused: false };
    },
    note: async (blob) => void noted.push(blob),
    finish: async (all) => void (facts = all),
    reader: () => ({
      facts: facts!,
      read,
      async *blobs() {
        yield* noted;
      },
      async *open({ container, name }) {
        yield bytes.get(`${container}/${name}`)!;
      },
    }),
  };
}
