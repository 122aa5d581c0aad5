import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// One more than there are cores: at any time some test waits, for a lease, a timer, a browser or the compression beside.
const workers = availableParallelism() + 1;

// `*.system.test.ts` starts processes (Azurite, the function host). `*.proof.test.ts` runs in memory but goes through
// very many cases, or needs the modules for itself. A flow goes through whole use cases, or the whole API, over memory
// stores. Every other test is the inner loop: `npm run test:unit`.
const flows = ["test/usecases/**/*.test.ts", "test/manage/**/*.test.ts", "test/**/*.flow.test.ts"];
const others = ["test/**/*.{system,proof}.test.ts"];
const inMemory = {
  pool: "threads",
  maxWorkers: workers,
  // One module world for all files: nothing here may depend on what another file loaded.
  isolate: false,
  // Nothing here takes a second by itself; a machine that does much else may take long all the same.
  testTimeout: 60_000,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/**/*.test.ts"], exclude: [...flows, ...others], ...inMemory } },
      { test: { name: "flow", include: flows, exclude: others, ...inMemory } },
      {
        test: {
          name: "proof",
          include: ["test/**/*.proof.test.ts"],
          maxWorkers: workers,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: "system",
          include: ["test/**/*.system.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // What a page does next comes late where the machine does much else.
          expect: { poll: { timeout: 15_000 } },
          maxWorkers: workers,
        },
      },
    ],
  },
});
