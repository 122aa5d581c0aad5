import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient, PipelinePolicy } from "@azure/core-rest-pipeline";
import { createDefaultHttpClient } from "@azure/core-rest-pipeline";
import { TableClient, TableServiceClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";

/** A connection string with the account's key for a local run; service addresses and an identity in Azure. */
export type StorageAccount =
  | { readonly connectionString: string }
  | {
      readonly blobServiceUri: string;
      readonly queueServiceUri: string;
      readonly tableServiceUri: string;
      readonly credential: TokenCredential;
    };

export interface StorageClients {
  readonly blobService: BlobServiceClient;
  readonly queueService: QueueServiceClient;
  readonly tableService: TableServiceClient;
  readonly tableClient: (name: string) => TableClient;
  readonly tableHttpClient: HttpClient;
}

/** The SDK's clients, told not to retry: `tries.ts` does, with a time-out for every try. */
export function openClients(account: StorageAccount): StorageClients {
  const retryOptions = { maxTries: 1 };
  const tableHttpClient = createDefaultHttpClient();
  const tableOptions = { retryOptions: { maxRetries: 0 }, httpClient: tableHttpClient };
  if ("connectionString" in account) {
    const { connectionString } = account;
    const local = isLocal(connectionString) ? { allowInsecureConnection: true, additionalPolicies: [asciiOnly] } : {};
    return {
      blobService: BlobServiceClient.fromConnectionString(connectionString, { retryOptions }),
      queueService: QueueServiceClient.fromConnectionString(connectionString, { retryOptions }),
      tableService: TableServiceClient.fromConnectionString(connectionString, { ...tableOptions, ...local }),
      tableClient: (name) => TableClient.fromConnectionString(connectionString, name, { ...tableOptions, ...local }),
      tableHttpClient,
    };
  }
  const { blobServiceUri, queueServiceUri, tableServiceUri, credential } = account;
  return {
    blobService: new BlobServiceClient(blobServiceUri, credential, { retryOptions }),
    queueService: new QueueServiceClient(queueServiceUri, credential, { retryOptions }),
    tableService: new TableServiceClient(tableServiceUri, credential, tableOptions),
    tableClient: (name) => new TableClient(tableServiceUri, name, credential, tableOptions),
    tableHttpClient,
  };
}

/** An account on this machine is an Azurite, without a certificate. */
function isLocal(connectionString: string): boolean {
  return /UseDevelopmentStorage=true|TableEndpoint=http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/i.test(
    connectionString,
  );
}

/**
 * Azurite joins the chunks of a request to a table as text, and a letter of two bytes that falls on a border becomes
 * two others. JSON may spell every letter in ASCII.
 */
const asciiPolicy: PipelinePolicy = {
  name: "asciiOnly",
  sendRequest: async (request, next) => {
    if (typeof request.body === "string") request.body = request.body.replaceAll(/[\u0080-\uffff]/g, escapeLetter);
    return next(request);
  },
};
const asciiOnly = { policy: asciiPolicy, position: "perCall" } as const;

function escapeLetter(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
