import { describe, expect, test } from "vitest";
import { benchColdStart } from "../../bench/coldStart.ts";
import { benchDequeue } from "../../bench/dequeue.ts";
import { benchEnqueue } from "../../bench/enqueue.ts";
import { benchExcel } from "../../bench/excel.ts";
import { benchExportMillion } from "../../bench/exportMillion.ts";
import { benchFilteredExport } from "../../bench/filteredExport.ts";
import type { Benchmark, Figure } from "../../bench/figure.ts";
import { benchImportMillion } from "../../bench/importMillion.ts";
import { benchImportXml } from "../../bench/importXml.ts";
import { benchPage } from "../../bench/page.ts";
import { benchResponsive } from "../../bench/responsive.ts";
import { benchStylesheets, findXsltproc } from "../../bench/stylesheets.ts";
import { benchTick } from "../../bench/tick.ts";
import { benchUnread } from "../../bench/unread.ts";

// Small sizes; how fast they are is no matter of a test. That they measure what they name is: work that went wrong, or a
// limit that was not run, shows as a figure that cannot be, such as an import that is faster than the parsing of its file.
const scale = 0.002;

/** What a figure is called at this size, and between what its ratio to its limit lies, or itself where it has none. */
type Believable = readonly [what: string, least: number, most: number];

const memory: Believable = ["its memory", 30, 1000];
const benchmarks: readonly (readonly [string, Benchmark, readonly Believable[]])[] = [
  [
    "enqueue",
    benchEnqueue,
    [
      ["enqueue of 4 KB, 8 at once", 0.02, 2],
      ["enqueue of 4 KB, 8 at once", 0.02, 2],
    ],
  ],
  [
    "import",
    benchImportMillion,
    [["import of 2,000 records of 20 columns", 0.001, 1], ["its enqueue alone", 0.0005, 1], memory],
  ],
  [
    "import of XML",
    benchImportXml,
    [
      ["import of 3,000 records of 20 columns as XML-Element, from its run on", 0.001, 1],
      ["its enqueue alone", 1, 1e7],
      memory,
    ],
  ],
  [
    "stylesheets",
    benchStylesheets,
    [
      ["grouping of 0.0 MB by a stylesheet", 0.1, 10_000],
      ["longest stop of the event loop meanwhile", 0.01, 10_000],
    ],
  ],
  ["export", benchExportMillion, [["full export of 2,000 records of 20 columns", 0.0005, 1], memory]],
  [
    "filtered export",
    benchFilteredExport,
    [
      ["export of 1 % of 2,000 records, by a field", 0.1, 20],
      memory,
      ["export of 1 % of 2,000 records, by the key", 0.1, 20],
      memory,
    ],
  ],
  [
    "workbooks",
    benchExcel,
    [
      ["reading a workbook of 200 rows of 20 columns", 0.05, 50],
      ["the same, with shared texts", 0.05, 50],
      ["writing it", 0.05, 50],
      ["import of a workbook of 200 customers", 0.0005, 1],
      memory,
    ],
  ],
  [
    "dequeue",
    benchDequeue,
    [
      ["dequeue with 10 finished messages behind it", 0.1, 10],
      ["dequeue with 10 finished messages behind it", 0.1, 10],
    ],
  ],
  ["unread downloads", benchUnread, [["memory with 2 downloads of 8 MB that nobody reads", 0.8, 3]]],
  [
    "answers beside long work",
    benchResponsive,
    [
      ["longest answer beside 1 MB of blank lines", 0.01, 1000],
      ["longest answer beside 200 rows too short for 1,000 columns", 0.01, 1000],
    ],
  ],
  [
    "page",
    benchPage,
    [
      ["page: script of the first load", 50, 1000],
      ["page: script that a view adds, at most", 1, 1000],
      ["page: first paint", 1, 60_000],
      ["page: messages in the grid", 1, 60_000],
      ["page: requests of one that lies open", 0, 10_000],
      ["page: longest frame while 200 messages scroll by", 0.001, 1000],
    ],
  ],
  ["tick", benchTick, [["tick with 20 jobs, 10 of them due", 0.1, 10]]],
  [
    "cold start",
    benchColdStart,
    [
      ["zip that is deployed", 0.1, 10],
      ["process start to first answer", 0.1, 100],
    ],
  ],
];

const comparedOf = ({ value, limit }: Figure): number => (limit === undefined ? value : value / limit.value);

describe("a benchmark", () => {
  test.concurrent.each(benchmarks)(
    "of %s measures what it names, beside its limit",
    async (_, benchmark, believable) => {
      const figures = await benchmark(scale);

      expect(figures.map(({ what }) => what)).toEqual(believable.map(([what]) => what));
      const wrong = figures.filter((figure, index) => {
        const [, least, most] = believable[index]!;
        return !(comparedOf(figure) >= least && comparedOf(figure) <= most);
      });
      expect(wrong).toEqual([]);
      // The limit of stylesheets is a program, with which the benchmark has to run wherever there is one.
      const hasLimit = benchmark !== benchStylesheets || findXsltproc() !== undefined;
      expect(figures.some(({ limit }) => limit !== undefined)).toBe(hasLimit);
      expect(figures.some(({ target }) => target !== undefined)).toBe(true);
    },
  );
});
