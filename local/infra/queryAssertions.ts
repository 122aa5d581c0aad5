// That alerts and charts ask for what the service reports, in words that Kusto knows.
import { attributeNames, metricNames } from "../../shared/telemetryNames.ts";
import { describe, isList, isObject, memberAt, type Value } from "./armValues.ts";
import type { DeployedResource, Deployment } from "./compiledTemplate.ts";
import { type KqlQuery, readKql } from "./kql.ts";
import { type Assertion, idIn, ofType } from "./resourceIds.ts";

/** Names of the ticks, as functions/timers.ts registers them. */
const ticks = ["processingTick", "monitoringTick"];
const tickProperty = `tostring(Properties[${attributeNames.tick}])`;
const metrics: readonly string[] = Object.values(metricNames);
const attributes: readonly string[] = Object.values(attributeNames);

export const queryAssertions: Readonly<Record<string, Assertion>> = {
  "alerts ask for what there is": ({ resources }) =>
    rules(resources).flatMap((rule) => criteriaOf(rule).flatMap((one) => criterionProblems(rule, one))),
  "charts ask for what there is": (deployment) =>
    chartQueries(deployment).flatMap(({ title, query }) => queryProblems(`The chart "${title}"`, query).problems),
  "alerts are raised": ({ resources }) =>
    rules(resources)
      .filter(({ body }) => memberAt(body, "properties", "enabled") !== true)
      .map(({ name }) => `The alert ${name} is off.`),
  "ticks are missed after the first one": ({ resources }) =>
    rules(resources)
      .filter((rule) => criteriaOf(rule).some((one) => asksForTicks(describe(memberAt(one, "query")))))
      .filter((rule) => !criteriaOf(rule).every((one) => waitsForFirst(rule, describe(memberAt(one, "query")))))
      .map(({ name }) => `The alert ${name} does not wait until the app was deployed.`),
  "every metric is charted": (deployment) => {
    const asked = chartQueries(deployment)
      .map(({ query }) => query)
      .join("\n");
    return metrics.filter((metric) => !asked.includes(`"${metric}"`)).map((metric) => `No chart shows ${metric}.`);
  },
};

/** For a deployment by defaults. */
export const frugalAssertions: Readonly<Record<string, Assertion>> = {
  "alerts cost the same however many jobs there are": ({ resources }) =>
    rules(resources)
      .filter((rule) => criteriaOf(rule).some((one) => listAt(one, "dimensions").length > 0))
      .map(({ name }) => `The alert ${name} costs money for each job.`),
};

/** For a deployment that asks from afar whether the service is ready. */
export const probeAssertions: Readonly<Record<string, Assertion>> = {
  "somebody asks whether the service is ready": ({ resources }) => {
    const probes = ofType(resources, "Microsoft.Insights/webtests");
    const asked = rules(resources).flatMap((rule) => criteriaOf(rule).map((one) => describe(memberAt(one, "query"))));
    return [
      ...(probes.length > 0 ? [] : ["Nobody asks."]),
      ...probes.filter((probe) => !isProbe(probe)).map(({ name }) => `The test ${name} would not notice.`),
      ...probes
        .filter(({ name }) => !asked.some((query) => query.includes(`Name == "${name}"`)))
        .map(({ name }) => `No alert tells what the test ${name} finds.`),
    ];
  },
};

function isProbe({ body }: DeployedResource): boolean {
  const properties = body["properties"];
  const tags = body["tags"];
  return (
    describe(memberAt(properties, "Request", "RequestUrl")).endsWith("/healthz/ready") &&
    memberAt(properties, "ValidationRules", "ExpectedHttpStatusCode") === 200 &&
    memberAt(properties, "Enabled") === true &&
    listAt(properties, "Locations").length > 0 &&
    isObject(tags) &&
    Object.keys(tags).some((tag) => tag.startsWith("hidden-link:") && idIn(tag)?.type.endsWith("/components"))
  );
}

function asksForTicks(query: string): boolean {
  return ticks.some((tick) => query.includes(`"${tick}"`)) && /\bTicks < 2\b/.test(query);
}

/** It looks further back than the time in which a tick is missed, and counts what ran before that. */
function waitsForFirst({ body }: DeployedResource, query: string): boolean {
  const looksBack = memberAt(body, "properties", "overrideQueryTimeRange") === "P2D";
  return looksBack && /Before = countif\(TimeGenerated < ago\(/.test(query) && /iff\(Before > 0 and \(/.test(query);
}

function rules(resources: readonly DeployedResource[]): readonly DeployedResource[] {
  return ofType(resources, "Microsoft.Insights/scheduledQueryRules");
}

function listAt(value: Value | undefined, ...path: readonly string[]): readonly Value[] {
  const found = memberAt(value, ...path);
  return isList(found) ? found : [];
}

function criteriaOf({ body }: DeployedResource): readonly Value[] {
  return listAt(body, "properties", "criteria", "allOf");
}

function criterionProblems({ name, body }: DeployedResource, criterion: Value): string[] {
  const { query, problems } = queryProblems(`The alert ${name}`, describe(memberAt(criterion, "query")));
  const wanted = [
    describe(memberAt(criterion, "metricMeasureColumn")),
    ...listAt(criterion, "dimensions").map((dimension) => describe(memberAt(dimension, "name"))),
  ];
  const missing = wanted.filter((column) => query !== undefined && !query.columns.includes(column));
  const scopes = listAt(body, "properties", "scopes");
  return [
    ...problems,
    ...missing.map((column) => `The alert ${name} measures ${column}, which its query does not give.`),
    ...(scopes.length > 0 ? [] : [`The alert ${name} asks nowhere.`]),
  ];
}

function queryProblems(who: string, text: string): { query?: KqlQuery; problems: string[] } {
  try {
    const query = readKql(text);
    return { query, problems: literalProblems(query).map((problem) => `${who} ${problem}`) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { problems: [`${who} cannot be asked: ${error.message}.`] };
  }
}

function literalProblems({ table, compared, properties }: KqlQuery): string[] {
  const askedMetrics = compared.filter(([what]) => table === "AppMetrics" && what === "Name").map(([, text]) => text);
  const askedTicks = compared.filter(([what]) => what === tickProperty).map(([, text]) => text);
  return [
    ...(table === "AppMetrics" && askedMetrics.length === 0 ? ["asks for no metric by name."] : []),
    ...askedMetrics
      .filter((name) => !metrics.includes(name))
      .map((name) => `asks for the metric ${name}, which nobody reports.`),
    ...askedTicks
      .filter((name) => !ticks.includes(name))
      .map((name) => `asks for the tick ${name}, which there is not.`),
    ...properties
      .filter((name) => !attributes.includes(name))
      .map((name) => `asks for the property ${name}, which nobody sets.`),
  ];
}

interface Chart {
  readonly title: string;
  readonly query: string;
}

/** The workbook is one text of JSON; {Grain} is what a reader chooses. */
function chartQueries({ resources }: Deployment): Chart[] {
  return ofType(resources, "Microsoft.Insights/workbooks").flatMap(({ body }) => {
    const book: Value = JSON.parse(describe(memberAt(body, "properties", "serializedData")));
    return listAt(book, "items").flatMap((item) => {
      const query = memberAt(item, "content", "query");
      if (!isObject(item) || query === undefined) return [];
      return [
        { title: describe(memberAt(item, "content", "title")), query: describe(query).replaceAll("{Grain}", "15m") },
      ];
    });
  });
}
