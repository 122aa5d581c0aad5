// That each road to Azure (azd, the Azure CLI, the workflow) deploys the same: by infra/main.bicepparam, and what
// local/package.ts makes.

/** The texts of the files that the roads are written in. */
export interface Roads {
  /** infra/main.bicep and infra/main.bicepparam. */
  readonly main: string;
  readonly parameters: string;
  /** azure.yaml, .github/workflows/ci.yml and docs/deploy.md. */
  readonly azd: string;
  readonly workflow: string;
  readonly guide: string;
  /** Files below infra/, by their paths inside it. */
  readonly infraFiles: readonly string[];
}

/** What local/package.ts makes: a folder, and a file of the same with this ending. */
const packageFolder = "dist/package";
const source = "infra/main.bicepparam";
const otherNames: Readonly<Record<string, string>> = {
  environmentName: "AZURE_ENV_NAME",
  location: "AZURE_LOCATION",
  tags: "RESOURCE_TAGS",
  tenantId: "API_TENANT_ID",
  nodeVersion: "APP_NODE_VERSION",
};

/** Everything by which one road would deploy something else than the others. */
export function roadProblems(roads: Roads): readonly string[] {
  return [...sourceProblems(roads), ...azdProblems(roads), ...workflowProblems(roads), ...guideProblems(roads)];
}

function variableOf(parameter: string): string {
  const parted = parameter.replaceAll(/([a-z])([A-Z])/g, "$1_$2").replaceAll(/([A-Z])([A-Z][a-z])/g, "$1_$2");
  return otherNames[parameter] ?? parted.toUpperCase();
}

function sourceProblems({ main, parameters }: Roads): string[] {
  const declared = [...main.matchAll(/^param (\w+) [^=\n]+?(?: = (.+))?$/gm)];
  const given = new Map([...parameters.matchAll(/^param (\w+) = (.+)$/gm)].map(([, name, value]) => [name!, value!]));
  const plain = (text: string): string => text.replaceAll("'", "");
  return declared.flatMap(([, name, byDefault = ""]) => {
    const value = given.get(name!);
    if (value === undefined) return [`${source} does not give ${name}.`];
    const [, variable, otherwise = ""] = /readEnvironmentVariable\('(\w+)'(?:, (.+?))?\)+$/.exec(value) ?? [];
    return [
      ...(variable === variableOf(name!) ? [] : [`${name} comes from ${variable} and not from ${variableOf(name!)}.`]),
      ...(plain(otherwise) === plain(byDefault)
        ? []
        : [`${name} is ${otherwise} by default, and ${byDefault} in main.`]),
    ];
  });
}

/** azd takes the Bicep parameters beside its module before all else, and compiles them first thing. */
function azdProblems({ azd, parameters, infraFiles }: Roads): string[] {
  const folder = /^ {2}path: (\S+)$/m.exec(azd)?.[1];
  const module = /^ {2}module: (\S+)$/m.exec(azd)?.[1];
  const hooks = ["preup", "preprovision"].filter((hook) => {
    const block = new RegExp(`^ {2}${hook}:\\n(?: {4}.*\\n)+`, "m").exec(azd)?.[0] ?? "";
    return [...block.matchAll(/run: node local\/run\.mjs infra\/entra\/register\.ts --azd$/gm)].length !== 2;
  });
  return [
    ...(source === `${folder}/${module}.bicepparam` ? [] : [`azd does not find ${source}.`]),
    ...(parameters.includes(`using '${module}.bicep'`) ? [] : [`${source} is not for ${module}.bicep.`]),
    ...infraFiles
      .filter((file) => /\.parameters\..*json$/.test(file))
      .map((file) => `azd has a second source, ${file}.`),
    ...hooks.map((hook) => `azd does not register the API in ${hook}, without which ${source} does not compile.`),
    ...(/^ {4}dist: (\S+)$/m.exec(azd)?.[1] === packageFolder ? [] : [`azd does not deploy ${packageFolder}.`]),
    ...(/^ {4}remoteBuild: false$/m.test(azd) ? [] : ["azd lets Azure build a package that is complete."]),
    ...(/run: node local\/run\.mjs local\/package\.ts/.test(azd) ? [] : ["azd does not make the package."]),
  ];
}

function workflowProblems({ workflow }: Roads): string[] {
  const asking = jobsOf(workflow).filter((job) => /az deployment sub/.test(job));
  const deploying = jobsOf(workflow).filter((job) => job.includes("az deployment sub create"));
  return [
    ...(asking.length > 0 ? [] : ["The workflow asks Azure nothing."]),
    ...asking.flatMap((job) => [
      ...deploymentProblems("The workflow", job),
      ...(job.includes("VARIABLES: ${{ toJSON(vars) }}") ? [] : ["A job of the workflow has no variables."]),
      ...(job.includes('run: node .ci/parameters.mjs >> "$GITHUB_ENV"') ? [] : [`A job hands no variables over.`]),
    ]),
    ...deploying
      .filter((job) => !job.includes(`--src ${packageFolder}.zip`) || !job.includes("local/run.mjs local/package.ts"))
      .map(() => `The workflow does not deploy ${packageFolder}.zip.`),
  ];
}

function jobsOf(workflow: string): string[] {
  return workflow.split(/^ {2}(?=[\w-]+:$)/m);
}

function guideProblems({ guide }: Roads): string[] {
  return [
    ...deploymentProblems("The guide", guide),
    ...(guide.includes(`--src ${packageFolder}.zip`) ? [] : [`The guide does not deploy ${packageFolder}.zip.`]),
  ];
}

/** A parameter beside the source would count for one road alone. */
function deploymentProblems(who: string, text: string): string[] {
  const commands = text.match(/az deployment sub (?:create|what-if) (?:[^\n]*\\\n)*[^\n]*/g) ?? [];
  const given = commands.map((command) =>
    command.match(/--(?:parameters|template-file) \S+(?: +\w+=\S+)*/g)?.join(" "),
  );
  return given
    .filter((options) => options !== `--parameters ${source}`)
    .map((options) => `${who} deploys by ${options ?? "nothing"}.`);
}
