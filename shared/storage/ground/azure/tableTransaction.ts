import { randomUUID } from "node:crypto";
import type { HttpClient, PipelineResponse } from "@azure/core-rest-pipeline";
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import type { TableClient } from "@azure/data-tables";
import { RestError } from "@azure/data-tables";
import type { OwnEntity } from "./tableEntity.ts";

export type TransactionAction =
  | { readonly kind: "insert"; readonly entity: OwnEntity }
  | { readonly kind: "replace"; readonly entity: OwnEntity; readonly etag: string }
  | { readonly kind: "upsert"; readonly entity: OwnEntity }
  | { readonly kind: "remove"; readonly partitionKey: string; readonly rowKey: string; readonly etag: string };

/**
 * Sends one entity group transaction, and tells the new ETag of each row, in the order of the actions. Throws a RestError
 * with the service's code when it did not take.
 */
export type SendTransaction = (
  actions: readonly TransactionAction[],
  abortSignal: AbortSignal,
) => Promise<readonly (string | undefined)[]>;

/**
 * Writes the batch by hand and sends it through the client's own pipeline, because `submitTransaction` drops the ETag
 * of a deletion: it would remove a row that somebody else had changed.
 * https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
 */
export function sendTransaction(client: TableClient, httpClient: HttpClient): SendTransaction {
  return async (actions, abortSignal) => {
    const boundary = randomUUID();
    const url = new URL(client.url);
    const tableUrl = `${url.origin}${url.pathname.replace(/\/$/, "")}/${client.tableName}`;
    url.pathname = `${url.pathname.replace(/\/$/, "")}/$batch`;
    const request = createPipelineRequest({
      url: url.toString(),
      method: "POST",
      headers: createHttpHeaders({
        accept: "application/json",
        "x-ms-version": "2019-02-02",
        DataServiceVersion: "3.0;",
        MaxDataServiceVersion: "3.0;NetFx",
        "Content-Type": `multipart/mixed; boundary=batch_${boundary}`,
      }),
      body: toBatch(actions, tableUrl, boundary),
      abortSignal,
      allowInsecureConnection: url.protocol === "http:",
    });
    const response = await client.pipeline.sendRequest(httpClient, request);
    throwUnlessDone(response);
    return toEtags(response.bodyAsText ?? "", actions);
  };
}

function toBatch(actions: readonly TransactionAction[], tableUrl: string, boundary: string): string {
  const parts = actions.map((action) =>
    [
      `--changeset_${boundary}`,
      "Content-Type: application/http",
      "Content-Transfer-Encoding: binary",
      "",
      ...toRequest(action, tableUrl),
    ].join("\r\n"),
  );
  const opening = `--batch_${boundary}\r\nContent-Type: multipart/mixed; boundary=changeset_${boundary}\r\n\r\n`;
  return `${opening}${parts.join("\r\n")}\r\n--changeset_${boundary}--\r\n--batch_${boundary}--\r\n`;
}

function toRequest(action: TransactionAction, tableUrl: string): readonly string[] {
  if (action.kind === "remove") {
    const rowUrl = toRowUrl(tableUrl, action.partitionKey, action.rowKey);
    return [`DELETE ${rowUrl} HTTP/1.1`, ...acceptLines, `If-Match: ${action.etag}`, "", ""];
  }
  const body = JSON.stringify(toWireEntity(action.entity));
  const rowUrl = toRowUrl(tableUrl, action.entity.partitionKey, action.entity.rowKey);
  const head = {
    insert: [`POST ${tableUrl} HTTP/1.1`, "Prefer: return-no-content"],
    // Without If-Match a PUT inserts or replaces; with it the row must be there.
    replace: [`PUT ${rowUrl} HTTP/1.1`, ...(action.kind === "replace" ? [`If-Match: ${action.etag}`] : [])],
    upsert: [`PUT ${rowUrl} HTTP/1.1`],
  }[action.kind];
  return [...head, ...acceptLines, "Content-Type: application/json", "", body];
}

const acceptLines = ["Accept: application/json;odata=minimalmetadata", "DataServiceVersion: 3.0;"];

function toRowUrl(tableUrl: string, partitionKey: string, rowKey: string): string {
  const quoted = (key: string): string => encodeURIComponent(key.replaceAll("'", "''")).replaceAll("'", "%27");
  return `${tableUrl}(PartitionKey='${quoted(partitionKey)}',RowKey='${quoted(rowKey)}')`;
}

/** The same names and type annotations as the SDK's single writes. */
function toWireEntity(entity: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const wire: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(entity)) {
    const name = column === "partitionKey" ? "PartitionKey" : column === "rowKey" ? "RowKey" : column;
    if (typeof value === "bigint") {
      wire[name] = value.toString();
      wire[`${name}@odata.type`] = "Edm.Int64";
    } else if (typeof value === "object" && value !== null && "value" in value) {
      wire[name] = value.value;
      wire[`${name}@odata.type`] = "Edm.Double";
    } else {
      wire[name] = value;
    }
  }
  return wire;
}

/** The whole answers 202 whatever happened; the one step that failed is told in its part, with a status of its own. */
function throwUnlessDone(response: PipelineResponse): void {
  const body = response.bodyAsText ?? "";
  const statuses = [...body.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]));
  const failed = response.status === 202 ? statuses.find((status) => status >= 300) : response.status;
  if (failed === undefined && statuses.length > 0) return;
  const code = /"code"\s*:\s*"([A-Za-z]+)"/.exec(body)?.[1] ?? RestError.PARSE_ERROR;
  throw new RestError(`The transaction did not take: ${code}.`, {
    code,
    ...(failed === undefined ? {} : { statusCode: failed }),
    request: response.request,
    response,
  });
}

/** Each action has a part of the answer, in their order. A count that does not fit says nothing about any of them. */
function toEtags(body: string, actions: readonly TransactionAction[]): readonly (string | undefined)[] {
  const parts = body.split(/^HTTP\/1\.1 /m).slice(1);
  const etags = parts.map((part) => /^ETag:[ \t]*(\S+)[ \t]*$/im.exec(part)?.[1]);
  return actions.map((action, index) =>
    action.kind === "remove" || parts.length !== actions.length ? undefined : etags[index],
  );
}
