/** What npm audit --json says of one hole in one package. https://docs.npmjs.com/cli/commands/npm-audit */
interface Advisory {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
  readonly range: string;
}

/** Version 2 of npm's report, as far as it is looked into here. */
export interface AuditReport {
  readonly auditReportVersion: 2;
  readonly vulnerabilities: Readonly<
    Record<
      string,
      {
        /** Its own holes, and the names of packages that bring theirs in, which have entries of their own. */
        readonly via: readonly (Advisory | string)[];
        /** The folders in which it is installed. */
        readonly nodes: readonly string[];
      }
    >
  >;
}

/** A hole that is known and let through for a time, because of a reason. */
export interface Exception {
  /** The last part of the advisory's address, such as GHSA-xxxx-xxxx-xxxx. */
  readonly advisory: string;
  readonly reason: string;
  /** The last day on which it counts, such as 2026-12-31. */
  readonly until: string;
}

export interface Verdict {
  /** Each a line that says what is wrong and what to do. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

const grave = ["high", "critical"];

/** What the report means for what is deployed, on this day: grave holes fail unless an exception that has not ended names them. */
export function judgeAudit(
  report: AuditReport,
  deployedFolders: ReadonlySet<string>,
  exceptions: readonly Exception[],
  today: string,
): Verdict {
  const holes = Object.values(report.vulnerabilities).flatMap(({ via, nodes }) => {
    const isDeployed = nodes.some((folder) => deployedFolders.has(folder));
    return via.filter((one) => typeof one !== "string").map((hole) => ({ hole, isDeployed }));
  });
  const graveHoles = holes.filter(({ hole, isDeployed }) => isDeployed && grave.includes(hole.severity));
  const excused = graveHoles.flatMap(({ hole }) => {
    const exception = exceptions.find(({ advisory, until }) => advisory === idOf(hole) && until >= today);
    return exception ? [{ hole, exception }] : [];
  });
  const open = graveHoles.filter(({ hole }) => !excused.some((one) => one.hole === hole));
  const found = new Set(holes.map(({ hole }) => idOf(hole)));
  return {
    problems: [...exceptions.flatMap(formProblems), ...open.map(({ hole }) => tell(hole, exceptions))],
    notes: [
      ...excused.map(
        ({ hole, exception }) => `${tellHole(hole)} Let through until ${exception.until}: ${exception.reason}`,
      ),
      ...exceptions
        .filter(({ advisory }) => !found.has(advisory))
        .map((one) => `${one.advisory} is no more: remove it.`),
      `${holes.length - graveHoles.length} further holes are below high, or in packages that are not deployed.`,
    ],
  };
}

function formProblems({ advisory, reason, until }: Exception): string[] {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(until) && !Number.isNaN(Date.parse(until));
  return [
    ...(advisory.trim() === "" ? ["An exception names no advisory."] : []),
    ...(reason.trim() === "" ? [`The exception for ${advisory} has no reason.`] : []),
    ...(isDay ? [] : [`The exception for ${advisory} has no end: until is a day such as 2026-12-31.`]),
  ];
}

function tell(hole: Advisory, exceptions: readonly Exception[]): string {
  const ended = exceptions.find(({ advisory }) => advisory === idOf(hole));
  const what = ended ? `The exception ended on ${ended.until}.` : "Take a version without it (npm audit fix).";
  return `${tellHole(hole)} ${what}`;
}

function tellHole({ name, range, severity, title, url }: Advisory): string {
  return `${name} ${range} (${severity}): ${title}, ${url}.`;
}

function idOf({ url }: Advisory): string {
  return url.slice(url.lastIndexOf("/") + 1);
}

/** The report in what npm wrote; undefined where it is none, such as the error of a registry that cannot be asked. */
export function readAuditReport(text: string): AuditReport | undefined {
  try {
    const report: Partial<AuditReport> = JSON.parse(text);
    return report.auditReportVersion === 2 && typeof report.vulnerabilities === "object"
      ? { auditReportVersion: 2, vulnerabilities: report.vulnerabilities }
      : undefined;
  } catch {
    return undefined;
  }
}
