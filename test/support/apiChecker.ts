import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

interface Media {
  readonly schema?: unknown;
}

interface Answer {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Media>>;
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Answer>> };
}

const formats: Readonly<Record<string, RegExp>> = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  "date-time": /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  uri: /^https?:\/\/\S+$/,
};

/** Holds answers of the service against its OpenAPI document. */
export function apiChecker(document: ApiDocument) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats });
  ajv.addSchema(document, "api");
  const seen = new Set<string>();

  function validatorOf(pointer: string): ValidateFunction {
    const validate = ajv.getSchema(`api#${pointer}`);
    if (!validate) throw new Error(`There is no schema at ${pointer}.`);
    return validate;
  }

  /** Throws unless the document declares this answer of this operation, its media type and its body. */
  async function check(method: string, path: string, response: Response): Promise<void> {
    const found = findOperation(document, method, path);
    if (!found) throw new Error(`The document has no ${method} ${path}.`);
    const { template, operation } = found;
    const where = `${operation.operationId} ${response.status}`;
    const { status, headers } = response;
    const key = [String(status), `${Math.floor(status / 100)}XX`].find((each) => each in operation.responses);
    if (key === undefined) throw new Error(`${where} is not declared.`);
    seen.add(`${operation.operationId} ${key}`);
    const at = operation.responses[key]?.$ref?.slice(1);
    const answer = at === undefined ? operation.responses[key] : document.components.responses[at.split("/").at(-1)!];
    const type = headers.get("content-type")?.split(";")[0];
    const content = answer?.content;
    if (!content) {
      if ((await response.clone().arrayBuffer()).byteLength > 0)
        throw new Error(`${where} has a body that is not declared.`);
      return;
    }
    if (type === undefined || !content[type]) throw new Error(`${where} has the undeclared media type ${type}.`);
    if (content[type].schema === undefined) return;
    const own = `/paths/${escape(template)}/${method.toLowerCase()}/responses/${key}`;
    const validate = validatorOf(`${at ?? own}/content/${escape(type)}/schema`);
    if (validate(await response.clone().json())) return;
    throw new Error(`${where} is not as declared: ${ajv.errorsText(validate.errors)}`);
  }

  return {
    check,
    describes: (method: string, path: string): boolean => findOperation(document, method, path) !== undefined,
    /** Which answers were checked, each as "operation status". */ seen: (): readonly string[] => [...seen],
  };
}

/** As `fetch`; throws at an answer that the document does not declare. */
export function checkedFetch(checker: ReturnType<typeof apiChecker>) {
  return async (request: Request): Promise<Response> => {
    const { method, url } = request;
    const response = await fetch(request);
    await checker.check(method, new URL(url).pathname, response);
    return response;
  };
}

function findOperation({ paths }: ApiDocument, method: string, path: string) {
  const fitting = Object.entries(paths).filter(([template, operations]) => {
    const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, "[^/]+");
    return operations[method.toLowerCase()] !== undefined && new RegExp(`^${pattern}$`).test(path);
  });
  // A literal segment is meant before a parameter.
  const [template] = fitting.toSorted(([a], [b]) => a.split("{").length - b.split("{").length)[0] ?? [];
  const operation = template === undefined ? undefined : paths[template]?.[method.toLowerCase()];
  return template === undefined || !operation ? undefined : { template, operation };
}

/** A segment of a JSON pointer in a fragment. */
function escape(segment: string): string {
  return encodeURIComponent(segment.replaceAll("~", "~0").replaceAll("/", "~1"));
}
