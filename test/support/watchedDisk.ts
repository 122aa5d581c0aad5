import { type LocalDisk, type LocalFile, localDisk } from "../../shared/storage/staging/localDisk.ts";

export interface WatchedDisk extends LocalDisk {
  /** How many files were opened, and how many of them are open still. */
  readonly files: { opened: number; open: number };
}

/** The temporary folder, as large as one likes and wherever it lies; each file as it is changed. */
export function watchedDisk(
  change: (file: LocalFile) => Partial<LocalFile> = () => ({}),
  freeBytes: () => Promise<number> = () => Promise.resolve(Infinity),
): WatchedDisk {
  const disk = localDisk();
  const files = { opened: 0, open: 0 };
  return {
    files,
    freeBytes,
    async openFile() {
      const file = await disk.openFile();
      files.opened += 1;
      files.open += 1;
      const opened: LocalFile = {
        write: (...given) => file.write(...given),
        read: (...given) => file.read(...given),
        async close() {
          files.open -= 1;
          await file.close();
        },
      };
      return { ...opened, ...change(opened) };
    },
  };
}
