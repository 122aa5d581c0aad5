import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

// The rules of the house that no linter knows. Lengths of files and functions are the linter's (.oxlintrc.json).

const root = path.dirname(import.meta.dirname);
const rooms = ["functions", "shared", "client", "cli", "definitions", "local", "bench", "test", "web"];
const files = rooms
  .flatMap((room) => globSync(`${room}/**/*.{ts,tsx}`, { cwd: root }))
  .map((file) => file.split(path.sep).join("/"));

interface Import {
  readonly from: string;
  /** A file of this repository, or the name of a package. */
  readonly to: string;
  readonly isType: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(root, file), "utf8");
  const found: Import[] = [];
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)";/gm;
  for (const [, type, specifier] of text.matchAll(pattern)) {
    const to = specifier!.startsWith(".") ? path.posix.join(path.posix.dirname(file), specifier!) : specifier!;
    found.push({ from: file, to, isType: type !== undefined });
  }
  return found;
}

const imports = files.flatMap(importsOf);

const pagePackages = /^(react|react-router|@fluentui\/react-(components|icons)|@tanstack\/react-(query|virtual))$/;
const views = globSync("web/*/", { cwd: root })
  .map((folder) => `web/${path.basename(folder)}/`)
  .filter((folder) => !/^web\/(api|app|parts|session)\/$/.test(folder));

/** Which rooms the files of a room may import. A path that is not listed is closed; so is every package but those named. */
const arrows: Record<string, { readonly rooms: readonly string[]; readonly packages: RegExp }> = {
  "shared/domain/": { rooms: ["shared/domain/"], packages: /^$/ },
  "shared/schedule/": {
    rooms: ["shared/schedule/", "shared/domain/"],
    packages: /^(rrule-temporal|temporal-polyfill)$/,
  },
  "shared/formats/": {
    rooms: ["shared/formats/", "shared/domain/", "shared/ports/pace.ts"],
    packages: /^(node:(stream|util|zlib|buffer)(\/.+)?|yauzl|saxes|iconv-lite)$/,
  },
  "shared/ports": { rooms: ["shared/ports", "shared/domain/"], packages: /^node:timers\/promises$/ },
  "shared/usecases/": {
    rooms: ["shared/usecases/", "shared/ports", "shared/domain/", "shared/schedule/", "shared/formats/"],
    packages: /^node:(crypto|util|timers\/promises)$/,
  },
  "shared/storage/ground/azure/": {
    rooms: ["shared/storage/", "shared/ports/unavailable.ts", "shared/domain/"],
    packages: /^(node:.+|@azure\/.+)$/,
  },
  "shared/storage/": {
    rooms: ["shared/storage/", "shared/ports", "shared/domain/"],
    packages: /^node:.+$/,
  },
  // Beside the service, by what it stores; loaded by the command line alone.
  "shared/fsck/": {
    rooms: ["shared/fsck/", "shared/storage/", "shared/usecases/", "shared/ports", "shared/domain/", "shared/formats/"],
    packages: /^node:crypto$/,
  },
  "shared/xslt/": {
    rooms: ["shared/xslt/", "shared/ports/transformer.ts", "shared/domain/"],
    packages: /^(node:(worker_threads|fs\/promises)|libxslt-wasm\/output\/libxslt)$/,
  },
  "shared/system/": {
    rooms: ["shared/system/", "shared/ports", "shared/domain/", "shared/telemetryNames.ts"],
    packages: /^(node:.+|@azure\/.+|@opentelemetry\/.+)$/,
  },
  "shared/courier/": {
    rooms: ["shared/courier/", "shared/ports/webhooks.ts"],
    packages: /^node:(dns|http|https|net)$/,
  },
  "shared/auth/": { rooms: ["shared/auth/", "shared/domain/"], packages: /^(node:crypto|jose)$/ },
  "shared/http/": {
    rooms: [
      "shared/http/",
      "shared/auth/",
      "shared/ports",
      "shared/usecases/",
      "shared/domain/",
      "shared/schedule/",
      "shared/formats/",
    ],
    packages: /^(node:.+|@azure\/functions|json5|zod)$/,
  },
  "shared/config.ts": {
    rooms: ["shared/ports", "shared/domain/", "shared/settings.ts", "shared/system/telemetryConfig.ts"],
    packages: /^$/,
  },
  "shared/settings.ts": { rooms: ["shared/system/telemetryConfig.ts"], packages: /^$/ },
  "shared/identity.ts": {
    rooms: ["shared/config.ts", "shared/storage/ground/azure/credentials.ts"],
    packages: /^@azure\/(identity|core-auth)$/,
  },
  "shared/telemetryNames.ts": { rooms: [], packages: /^$/ },
  "shared/app.ts": { rooms: ["shared/"], packages: /^@azure\/.+$/ },
  // It runs in browsers too.
  "client/": { rooms: ["client/"], packages: /^openapi-fetch$/ },
  "cli/": {
    rooms: [
      "cli/",
      "client/",
      "definitions/",
      "local/runFile.ts",
      "local/issuer/applications.ts",
      "shared/formats/zip",
      "shared/ports/unavailable.ts",
    ],
    packages: /^node:.+$/,
  },
  // Past the service to what it stands on; loaded by those that ask for it.
  "cli/storage/": {
    rooms: [
      "cli/",
      "shared/config.ts",
      "shared/fsck/",
      "shared/ports",
      "shared/usecases/",
      "shared/domain/",
      "shared/storage/",
      "shared/system/ids.ts",
    ],
    packages: /^node:.+$/,
  },
  "web/api/": { rooms: ["web/api/", "web/session/", "client/"], packages: /^(react|@tanstack\/react-query)$/ },
  "web/session/": { rooms: ["web/session/"], packages: /^oauth4webapi$/ },
  "web/parts/": { rooms: ["web/parts/", "web/api/", "client/generated/"], packages: pagePackages },
  // A view is a folder; what two of them need is a part.
  ...Object.fromEntries(
    views.map((view) => [view, { rooms: [view, "web/parts/", "web/api/"], packages: pagePackages }] as const),
  ),
  "web/firstRun/": {
    rooms: ["web/firstRun/", "web/parts/", "web/api/", "examples/definitions/"],
    packages: pagePackages,
  },
  "web/app/": {
    rooms: ["web/"],
    packages: /^(react|react-dom\/client|react-router|@fluentui\/.+|@tanstack\/react-query)$/,
  },
  "definitions/": {
    rooms: ["definitions/", "shared/domain/", "shared/http/manage", "shared/formats/"],
    packages: /^(node:(crypto|fs(\/promises)?|path|util)|yaml|zod)$/,
  },
  "functions/": {
    rooms: [
      "shared/app.ts",
      "shared/http/",
      "shared/usecases/",
      "shared/ports",
      "shared/domain/",
      "shared/storage/ground/names.ts",
    ],
    packages: /^(node:stream|@azure\/functions)$/,
  },
};

function roomOf(file: string): string | undefined {
  return Object.keys(arrows)
    .filter((room) => file.startsWith(room))
    .toSorted((one, other) => other.length - one.length)[0];
}

/** Each circle as the trail that runs into itself. */
function circlesOf(targets: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (place: string, trail: readonly string[]): void => {
    if (trail.includes(place)) circles.push([...trail.slice(trail.indexOf(place)), place].join(" → "));
    if (trail.includes(place) || done.has(place)) return;
    for (const target of targets.get(place) ?? []) visit(target, [...trail, place]);
    done.add(place);
  };
  for (const place of targets.keys()) visit(place, []);
  return circles;
}

describe("the house", () => {
  test("has a room for every file of the app", () => {
    const homeless = files.filter(
      (file) => /^(shared|functions|client|cli|definitions|web)\//.test(file) && roomOf(file) === undefined,
    );

    expect(homeless).toEqual([]);
  });

  test("lets its arrows point one way", () => {
    const wrong = imports.filter(({ from, to }) => {
      const room = roomOf(from);
      if (room === undefined) return false;
      const allowed = arrows[room]!;
      const isFile = /\.(tsx?|json|css)(\?raw)?$/.test(to);
      return isFile ? !allowed.rooms.some((target) => to.startsWith(target)) : !allowed.packages.test(to);
    });

    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  test("has no circle of imports, types included", () => {
    const targets = new Map<string, Set<string>>();
    for (const { from, to } of imports) targets.set(from, (targets.get(from) ?? new Set()).add(to));

    expect(circlesOf(targets)).toEqual([]);
  });

  test("has no circle of rooms, nor of the rooms inside a room", () => {
    const roomsInside = ["shared/usecases/", "shared/storage/"];
    const targets = new Map<string, Set<string>>();
    for (const { from, to } of imports) {
      const inside = roomsInside.find((room) => from.startsWith(room) && to.startsWith(room));
      const [room, target] = [path.posix.dirname(from), path.posix.dirname(to)];
      // What joins the rooms of a room stands beside them, and may look into all of them.
      if (!inside || room === target || `${room}/` === inside) continue;
      targets.set(room, (targets.get(room) ?? new Set()).add(target));
    }

    expect(circlesOf(targets)).toEqual([]);
  });

  test("imports the Azure Functions library for its types, but for the registering in functions/", () => {
    const values = imports.filter(
      ({ from, to, isType }) => to === "@azure/functions" && !isType && from.startsWith("shared/"),
    );

    expect(values.map(({ from }) => from)).toEqual([]);
  });

  test("has no names that say nothing", () => {
    const idle = /(^|\/)(utils?|helpers?|managers?|services?|common|misc|index)(\.[a-z]+)?\.tsx?$/i;

    expect(files.filter((file) => idle.test(file))).toEqual([]);
  });

  test("casts only where bytes and rows become types", () => {
    const cast = /\bas (?!const\b)[A-Za-z{[(]/;
    // Beside the code of a view stands its text.
    const castInView = /\bas (?:[A-Z{[(]|(?:string|number|boolean|unknown|never|any|keyof|typeof)\b)/;
    const allowed =
      /^(web\/api\/|client\/|cli\/command\.ts$|shared\/storage\/|shared\/http\/.*Wire\.ts$|shared\/http\/manage|local\/|test\/|bench\/)/;
    const wrong = files
      .filter((file) => !allowed.test(file))
      .flatMap((file) =>
        readFileSync(path.join(root, file), "utf8")
          .split("\n")
          .flatMap((line, index) =>
            (file.endsWith(".tsx") ? castInView : cast).test(
              line.replace(/\/\/.*|\*.*|"[^"]*"|`[^`]*`|^import.*|\{[^}]* as [^}]*\} from.*/g, ""),
            )
              ? [`${file}:${index + 1} ${line.trim()}`]
              : [],
          ),
      );

    expect(wrong).toEqual([]);
  });

  test("keeps its promises to finish things", () => {
    const unfinished = /\b(TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-expect-error/;
    const found = files
      .filter((file) => file !== "test/tidy.test.ts")
      .filter((file) => unfinished.test(readFileSync(path.join(root, file), "utf8")));

    expect(found).toEqual([]);
  });

  test("asks the clock and chance only through ports", () => {
    const impure = /\b(Date\.now\(\)|new Date\(\)|Math\.random\(\)|randomUUID\(\))/;
    const pure = files.filter((file) => /^shared\/(domain|schedule|usecases|formats)\//.test(file));

    expect(pure.filter((file) => impure.test(readFileSync(path.join(root, file), "utf8")))).toEqual([]);
  });
});
