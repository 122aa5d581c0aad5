import path from "node:path";
import { expect, test } from "vitest";
import { loadFunctionApp } from "../local/host/functionApp.ts";

const root = path.resolve(import.meta.dirname, "..");

// What the built app registers: the surface that clients, the host's scaling and the deployment rely on. A change here
// is a change of the contract, and belongs into the changelog.
const registered = `
connectorAbandonUpload: httpTrigger DELETE api/connector/uploads/{activityId}/{uploadId} anonymous
connectorAbandonUploadLocalized: httpTrigger DELETE {language}/api/connector/uploads/{activityId}/{uploadId} anonymous
connectorAck: httpTrigger POST api/connector/ack/{activityId} anonymous
connectorAckLocalized: httpTrigger POST {language}/api/connector/ack/{activityId} anonymous
connectorCommitUpload: httpTrigger POST api/connector/uploads/{activityId}/{uploadId}/commit anonymous
connectorCommitUploadLocalized: httpTrigger POST {language}/api/connector/uploads/{activityId}/{uploadId}/commit anonymous
connectorDequeue: httpTrigger GET api/connector/dequeue/{activityId} anonymous
connectorDequeueAlias: httpTrigger GET api/connector/enqueue/{activityId} anonymous
connectorDequeueAliasLocalized: httpTrigger GET {language}/api/connector/enqueue/{activityId} anonymous
connectorDequeueLocalized: httpTrigger GET {language}/api/connector/dequeue/{activityId} anonymous
connectorDownload: httpTrigger GET HEAD api/connector/download/{activityId} anonymous
connectorDownloadLocalized: httpTrigger GET HEAD {language}/api/connector/download/{activityId} anonymous
connectorEnqueue: httpTrigger POST api/connector/enqueue/{activityId} anonymous
connectorEnqueueLocalized: httpTrigger POST {language}/api/connector/enqueue/{activityId} anonymous
connectorGetUpload: httpTrigger GET api/connector/uploads/{activityId}/{uploadId} anonymous
connectorGetUploadLocalized: httpTrigger GET {language}/api/connector/uploads/{activityId}/{uploadId} anonymous
connectorJobStatus: httpTrigger GET api/connector/jobstatus/{activityId} anonymous
connectorJobStatusLocalized: httpTrigger GET {language}/api/connector/jobstatus/{activityId} anonymous
connectorReserveUpload: httpTrigger POST api/connector/uploads/{activityId} anonymous
connectorReserveUploadLocalized: httpTrigger POST {language}/api/connector/uploads/{activityId} anonymous
health: httpTrigger GET HEAD healthz anonymous
healthReady: httpTrigger GET HEAD healthz/ready anonymous
healthRoot: httpTrigger GET HEAD {ignored:maxlength(0)?} anonymous
manageActOnMessages: httpTrigger POST manage/api/messages/actions anonymous
manageCancelExecution: httpTrigger POST manage/api/executions/{id}/cancel anonymous
manageCheckEntity: httpTrigger POST manage/api/entities/{name}/check anonymous
manageCheckFormat: httpTrigger POST manage/api/formats/{name}/check anonymous
manageCheckJob: httpTrigger POST manage/api/jobs/{activityId}/check anonymous
manageCheckLine: httpTrigger POST manage/api/projects/{name}/lines/{entity}/check anonymous
manageCheckManifest: httpTrigger POST manage/api/projects/{name}/from-manifest/check anonymous
manageCheckNewJob: httpTrigger POST manage/api/jobs/check anonymous
manageCheckNumberSequence: httpTrigger POST manage/api/number-sequences/{name}/check anonymous
manageCheckProject: httpTrigger POST manage/api/projects/{name}/check anonymous
manageCheckStylesheet: httpTrigger POST manage/api/stylesheets/{name}/check anonymous
manageCheckWebhook: httpTrigger POST manage/api/webhooks/{name}/check anonymous
manageCountEntityRecords: httpTrigger GET manage/api/entities/{name}/records/count anonymous
manageCountSelected: httpTrigger POST manage/api/projects/{name}/lines/{entity}/count anonymous
manageDeleteEntity: httpTrigger DELETE manage/api/entities/{name} anonymous
manageDeleteFormat: httpTrigger DELETE manage/api/formats/{name} anonymous
manageDeleteJob: httpTrigger DELETE manage/api/jobs/{activityId} anonymous
manageDeleteNumberSequence: httpTrigger DELETE manage/api/number-sequences/{name} anonymous
manageDeleteProject: httpTrigger DELETE manage/api/projects/{name} anonymous
manageDeleteStylesheet: httpTrigger DELETE manage/api/stylesheets/{name} anonymous
manageDeleteWebhook: httpTrigger DELETE manage/api/webhooks/{name} anonymous
manageDiscardJobMessages: httpTrigger POST manage/api/jobs/{activityId}/messages/discard anonymous
manageDiscardMessage: httpTrigger POST manage/api/messages/{id}/discard anonymous
manageEmptyEntity: httpTrigger DELETE manage/api/entities/{name}/records anonymous
manageExportProject: httpTrigger POST manage/api/projects/{name}/export anonymous
manageGenerateMap: httpTrigger POST manage/api/projects/{name}/lines/{entity}/map/generate anonymous
manageGetEntity: httpTrigger GET manage/api/entities/{name} anonymous
manageGetEntityChanges: httpTrigger GET manage/api/entities/{name}/versions/{version}/changes anonymous
manageGetEntityVersion: httpTrigger GET manage/api/entities/{name}/versions/{version} anonymous
manageGetExecution: httpTrigger GET manage/api/executions/{id} anonymous
manageGetExecutionPackage: httpTrigger GET HEAD manage/api/executions/{id}/package anonymous
manageGetExecutionResult: httpTrigger GET HEAD manage/api/executions/{id}/results/{entity}/{kind} anonymous
manageGetFormat: httpTrigger GET manage/api/formats/{name} anonymous
manageGetFormatChanges: httpTrigger GET manage/api/formats/{name}/versions/{version}/changes anonymous
manageGetFormatVersion: httpTrigger GET manage/api/formats/{name}/versions/{version} anonymous
manageGetJob: httpTrigger GET manage/api/jobs/{activityId} anonymous
manageGetJobChanges: httpTrigger GET manage/api/jobs/{activityId}/versions/{version}/changes anonymous
manageGetJobLoad: httpTrigger GET manage/api/jobs/{activityId}/load anonymous
manageGetJobVersion: httpTrigger GET manage/api/jobs/{activityId}/versions/{version} anonymous
manageGetMe: httpTrigger GET manage/api/me anonymous
manageGetMessage: httpTrigger GET manage/api/messages/{id} anonymous
manageGetMessageContent: httpTrigger GET HEAD manage/api/messages/{id}/content anonymous
manageGetNumberSequence: httpTrigger GET manage/api/number-sequences/{name} anonymous
manageGetNumberSequenceChanges: httpTrigger GET manage/api/number-sequences/{name}/versions/{version}/changes anonymous
manageGetNumberSequenceVersion: httpTrigger GET manage/api/number-sequences/{name}/versions/{version} anonymous
manageGetOpenApi: httpTrigger GET manage/api/openapi.json anonymous
manageGetOverview: httpTrigger GET manage/api/overview anonymous
manageGetPackageTemplate: httpTrigger GET HEAD manage/api/projects/{name}/package-template anonymous
manageGetProject: httpTrigger GET manage/api/projects/{name} anonymous
manageGetProjectChanges: httpTrigger GET manage/api/projects/{name}/versions/{version}/changes anonymous
manageGetProjectVersion: httpTrigger GET manage/api/projects/{name}/versions/{version} anonymous
manageGetSample: httpTrigger GET HEAD manage/api/projects/{name}/lines/{entity}/sample anonymous
manageGetSignIn: httpTrigger GET manage/api/sign-in anonymous
manageGetStagedRow: httpTrigger GET manage/api/executions/{id}/staging/{entity}/rows/{line} anonymous
manageGetStagingFile: httpTrigger GET HEAD manage/api/executions/{id}/staging/{entity}/file anonymous
manageGetStagingPackage: httpTrigger GET HEAD manage/api/executions/{id}/staging-package anonymous
manageGetStylesheet: httpTrigger GET manage/api/stylesheets/{name} anonymous
manageGetStylesheetChanges: httpTrigger GET manage/api/stylesheets/{name}/versions/{version}/changes anonymous
manageGetStylesheetVersion: httpTrigger GET manage/api/stylesheets/{name}/versions/{version} anonymous
manageGetWebhook: httpTrigger GET manage/api/webhooks/{name} anonymous
manageGetWebhookChanges: httpTrigger GET manage/api/webhooks/{name}/versions/{version}/changes anonymous
manageGetWebhookDelivery: httpTrigger GET manage/api/webhooks/{name}/deliveries/{id} anonymous
manageGetWebhookVersion: httpTrigger GET manage/api/webhooks/{name}/versions/{version} anonymous
manageImportProject: httpTrigger POST manage/api/projects/{name}/import anonymous
manageInferEntity: httpTrigger POST manage/api/entities/{name}/infer anonymous
manageListAudit: httpTrigger GET manage/api/audit anonymous
manageListEntities: httpTrigger GET manage/api/entities anonymous
manageListEntityRecords: httpTrigger GET manage/api/entities/{name}/records anonymous
manageListEntityUses: httpTrigger GET manage/api/entities/{name}/uses anonymous
manageListEntityVersions: httpTrigger GET manage/api/entities/{name}/versions anonymous
manageListExecutionErrors: httpTrigger GET manage/api/executions/{id}/errors anonymous
manageListExecutions: httpTrigger GET manage/api/executions anonymous
manageListFormatUses: httpTrigger GET manage/api/formats/{name}/uses anonymous
manageListFormatVersions: httpTrigger GET manage/api/formats/{name}/versions anonymous
manageListFormats: httpTrigger GET manage/api/formats anonymous
manageListJobMessages: httpTrigger GET manage/api/jobs/{activityId}/messages anonymous
manageListJobOccurrences: httpTrigger GET manage/api/jobs/{activityId}/occurrences anonymous
manageListJobStandings: httpTrigger GET manage/api/job-standings anonymous
manageListJobUses: httpTrigger GET manage/api/jobs/{activityId}/uses anonymous
manageListJobVersions: httpTrigger GET manage/api/jobs/{activityId}/versions anonymous
manageListJobs: httpTrigger GET manage/api/jobs anonymous
manageListMessages: httpTrigger GET manage/api/messages anonymous
manageListNumberSequenceUses: httpTrigger GET manage/api/number-sequences/{name}/uses anonymous
manageListNumberSequenceVersions: httpTrigger GET manage/api/number-sequences/{name}/versions anonymous
manageListNumberSequences: httpTrigger GET manage/api/number-sequences anonymous
manageListProjectRuns: httpTrigger GET manage/api/projects/{name}/runs anonymous
manageListProjectUses: httpTrigger GET manage/api/projects/{name}/uses anonymous
manageListProjectVersions: httpTrigger GET manage/api/projects/{name}/versions anonymous
manageListProjects: httpTrigger GET manage/api/projects anonymous
manageListRejectedRows: httpTrigger GET manage/api/executions/{id}/rejected/{entity} anonymous
manageListStagedRows: httpTrigger GET manage/api/executions/{id}/staging/{entity} anonymous
manageListStylesheetUses: httpTrigger GET manage/api/stylesheets/{name}/uses anonymous
manageListStylesheetVersions: httpTrigger GET manage/api/stylesheets/{name}/versions anonymous
manageListStylesheets: httpTrigger GET manage/api/stylesheets anonymous
manageListWebhookDeliveries: httpTrigger GET manage/api/webhooks/{name}/deliveries anonymous
manageListWebhookVersions: httpTrigger GET manage/api/webhooks/{name}/versions anonymous
manageListWebhooks: httpTrigger GET manage/api/webhooks anonymous
manageMendMessage: httpTrigger POST manage/api/messages/{id}/mend anonymous
managePostJob: httpTrigger POST manage/api/jobs anonymous
managePreviewDiscardJobMessages: httpTrigger POST manage/api/jobs/{activityId}/messages/discard/preview anonymous
managePreviewLine: httpTrigger POST manage/api/projects/{name}/lines/{entity}/preview anonymous
managePreviewMessageActions: httpTrigger POST manage/api/messages/actions/preview anonymous
managePreviewRecurrence: httpTrigger POST manage/api/recurrences/preview anonymous
managePreviewRetryJobMessages: httpTrigger POST manage/api/jobs/{activityId}/messages/retry/preview anonymous
manageProjectFromManifest: httpTrigger POST manage/api/projects/{name}/from-manifest anonymous
managePutEntity: httpTrigger PUT manage/api/entities/{name} anonymous
managePutFormat: httpTrigger PUT manage/api/formats/{name} anonymous
managePutJob: httpTrigger PUT manage/api/jobs/{activityId} anonymous
managePutNumberSequence: httpTrigger PUT manage/api/number-sequences/{name} anonymous
managePutProject: httpTrigger PUT manage/api/projects/{name} anonymous
managePutStagedRow: httpTrigger PUT manage/api/executions/{id}/staging/{entity}/rows/{line} anonymous
managePutStylesheet: httpTrigger PUT manage/api/stylesheets/{name} anonymous
managePutWebhook: httpTrigger PUT manage/api/webhooks/{name} anonymous
manageRedeliverMessage: httpTrigger POST manage/api/messages/{id}/redeliver anonymous
manageReleaseMessage: httpTrigger POST manage/api/messages/{id}/release anonymous
manageResendWebhookDelivery: httpTrigger POST manage/api/webhooks/{name}/deliveries/{id}/resend anonymous
manageResetMap: httpTrigger DELETE manage/api/projects/{name}/lines/{entity}/map anonymous
manageRetryJobMessages: httpTrigger POST manage/api/jobs/{activityId}/messages/retry anonymous
manageRetryMessage: httpTrigger POST manage/api/messages/{id}/retry anonymous
manageRotateWebhookSecret: httpTrigger POST manage/api/webhooks/{name}/secret anonymous
manageRunJob: httpTrigger POST manage/api/jobs/{activityId}/run anonymous
manageSampleProject: httpTrigger POST manage/api/projects/{name}/sample anonymous
manageTestWebhook: httpTrigger POST manage/api/webhooks/{name}/test anonymous
manageTryFormat: httpTrigger POST manage/api/formats/{name}/try anonymous
monitoringTick: timerTrigger %MonitoringSchedule%
odata: httpTrigger GET POST PUT PATCH DELETE data/{*path} anonymous
odataLocalized: httpTrigger GET POST PUT PATCH DELETE {language}/data/{*path} anonymous
odataOnPremises: httpTrigger GET POST PUT PATCH DELETE namespaces/{namespace}/data/{*path} anonymous
processingTick: timerTrigger %ProcessingSchedule%
upkeep: timerTrigger %UpkeepSchedule%
work: queueTrigger work DataStorage
workPoison: queueTrigger work-poison DataStorage
zzPage: httpTrigger GET HEAD manage/{*path} anonymous
zzStray: httpTrigger GET HEAD POST PUT PATCH DELETE OPTIONS {*path} anonymous
`;

test("the built app registers exactly these functions, routes, methods and triggers", async () => {
  Object.assign(process.env, {
    DataStorage: "UseDevelopmentStorage=true",
    TenantId: "00000000-0000-4000-8000-00000000d0e1",
    ApiClientId: "00000000-0000-4000-8000-0000000000a1",
    ProcessingSchedule: "0 * * * * *",
    MonitoringSchedule: "0 * * * * *",
    UpkeepSchedule: "0 */5 * * * *",
  });

  const app = await loadFunctionApp(root, () => undefined);

  const lines = app.functions.map(({ metadata }) => {
    const [trigger] = Object.values(metadata.bindings).filter(({ type }) => type.endsWith("Trigger"));
    const { type, methods, route, authLevel, queueName, connection, schedule } = { ...trigger } as Record<
      string,
      unknown
    >;
    const facts = {
      httpTrigger: [methods, route, authLevel],
      queueTrigger: [queueName, connection],
      timerTrigger: [schedule],
    }[String(type)];
    return `${metadata.name}: ${String(type)} ${facts?.flat().join(" ")}`;
  });
  expect(lines.toSorted().join("\n")).toBe(registered.trim());
});
