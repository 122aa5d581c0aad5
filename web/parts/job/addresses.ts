import type { components } from "../../../client/generated/api.ts";

// Not by the client of the API, which none but a browser can load.
type Schemas = components["schemas"];

type Job = Pick<Schemas["Job"], "direction" | "source" | "links">;

interface Address {
  readonly what: string;
  readonly method: "GET" | "POST";
  readonly url: string;
}

interface Line {
  readonly what: string;
  /** For a POSIX shell. */
  readonly line: string;
}

/** The addresses that a client of the job is configured with. Files are sent under the name of their entity. */
export function addressesOf(job: Job, entities: readonly string[]): readonly Address[] {
  const { enqueue = "", jobstatus = "", dequeue = "", ack = "" } = escaped(job.links);
  if (job.direction === "export") {
    return [
      { what: "Dequeue: fetch the next package", method: "GET", url: dequeue },
      { what: "Acknowledge: it was received", method: "POST", url: ack },
    ];
  }
  const files = entities.map((entity) => ({
    what: `Enqueue: send a file of ${entity}`,
    method: "POST" as const,
    url: `${enqueue}?entity=${queryValue(entity)}`,
  }));
  const packages = { what: "Enqueue: send a data package", method: "POST", url: enqueue } as const;
  const status = { what: "Status of a message", method: "GET", url: `${jobstatus}?jobId=<message id>` } as const;
  return [...(job.source === "package" ? [packages] : files), status];
}

const authorization = '-H "Authorization: Bearer $TOKEN"';

/** What a client does, line by line; `fileName` is of a file that lies where the shell stands. */
export function curlLinesOf(job: Job, entities: readonly string[], fileName?: string): readonly Line[] {
  const { jobstatus = "", dequeue = "", ack = "" } = escaped(job.links);
  if (job.direction === "import") {
    const file = fileName === undefined ? (job.source === "package" ? "package.zip" : "file") : shellText(fileName);
    const sends = addressesOf(job, entities).filter(({ method }) => method === "POST");
    return [
      ...sends.map(({ what, url }) => ({
        what: `${what}; the answer is the message id`,
        line: `MESSAGE=$(curl -sS ${authorization} --data-binary @${file} '${url}' | tr -d '"'); echo $MESSAGE`,
      })),
      { what: "Ask where the message stands", line: `curl -sS ${authorization} "${jobstatus}?jobId=$MESSAGE"` },
    ];
  }
  const download = `"$(grep -o '"DownloadLocation":"[^"]*' delivery.json | cut -d'"' -f4)"`;
  return [
    { what: "Ask for the next package", line: `curl -sS ${authorization} -o delivery.json '${dequeue}'` },
    { what: "Download it", line: `curl -sS ${authorization} -o package.zip ${download}` },
    {
      what: "Acknowledge it",
      line: `curl -sS ${authorization} -H 'Content-Type: application/json' -d @delivery.json '${ack}'`,
    },
  ];
}

/** Gets a token for a client, into the variable that the other lines use. */
export function tokenLine(
  { issuer, clientId }: Schemas["SignIn"],
  applicationId = "<application id>",
  secret = "<secret>",
): string {
  const url = issuer.replace(/\/v2\.0$/, "/oauth2/v2.0/token");
  const form = `-d grant_type=client_credentials -d client_id='${applicationId}' -d client_secret='${secret}'`;
  const scope = `-d scope='${clientId}/.default'`;
  return `TOKEN=$(curl -sS '${url}' ${form} ${scope} | grep -o '"access_token":"[^"]*' | cut -d'"' -f4)`;
}

/** The braces of an activity id mean something to curl. */
function escaped(links: Schemas["Links"]): Schemas["Links"] {
  return Object.fromEntries(
    Object.entries(links).map(([name, url]) => [name, url.replaceAll("{", "%7B").replaceAll("}", "%7D")]),
  );
}

/** Of a file that somebody named: nothing in it means anything to the shell. */
function shellText(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** An apostrophe would end the text of a shell. */
function queryValue(text: string): string {
  return encodeURIComponent(text).replaceAll("'", "%27");
}
