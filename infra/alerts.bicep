metadata description = 'What somebody must look at. Each rule asks for metrics by the names of shared/telemetryNames.ts.'

import { tagsType } from 'types.bicep'

@description('Required. Region.')
param location string

@description('Required. Ending of the names.')
@minLength(5)
@maxLength(20)
param suffix string

@description('Required. Tags.')
param tags tagsType

@description('Required. Log Analytics workspace with the telemetry.')
param workspaceId string

@description('Optional. Address that alerts are sent to; without one no group is made.')
@maxLength(254)
param alertEmail string = ''

@description('Optional. An action group of your own that alerts call too.')
param actionGroupId string = ''

@description('Optional. Minutes that a message waits longer than it should, from which it is an alert.')
@minValue(1)
@maxValue(10080)
param oldestWaitingMinutes int = 60

@description('Optional. Whether each job has alerts of its own: Azure then takes money for each job, and four times.')
param isByJob bool = false

@description('Required. Name of the test that asks whether the service is ready.')
@maxLength(64)
param probeName string

@description('Required. Whether there is that test.')
param isProbed bool

@description('Optional. Minutes without a processing tick, or of delay, from which ticks count as missed.')
param missedTickMinutes 15 | 30 | 60 = 15

@description('Optional. Percentage of requests answered with 5xx from which it is an alert.')
@minValue(1)
@maxValue(100)
param serverErrorPercent int = 5

var names = loadJsonContent('names.json')
var metrics = names.metrics
var byJob = 'by ActivityId = tostring(Properties["${names.attributes.activityId}"])'
var recently = 'ago(${missedTickMinutes}m)'

var always = [
  {
    name: 'oldest-waiting-message'
    title: 'Messages wait too long'
    description: 'A message of a job has waited ${oldestWaitingMinutes} minutes longer than until the run that was due to take it, or since it was offered to clients: nobody takes it, or workers are too few.'
    severity: 2
    windowMinutes: 15
    query: 'AppMetrics | where Name == "${metrics.oldestWaitingSeconds}" | summarize Value = max(Sum) ${byJob}'
    threshold: oldestWaitingMinutes * 60
    isByJob: true
  }
  {
    name: 'parked-messages'
    title: 'Messages are parked'
    description: 'Work on a message failed too often, or somebody set it aside. The alert stays until somebody decides about it.'
    severity: 2
    windowMinutes: 15
    query: 'AppMetrics | where Name == "${metrics.parked}" | summarize Value = max(Sum) ${byJob}'
    threshold: 0
    isByJob: true
  }
  {
    name: 'acked-without-download'
    title: 'Exports are acknowledged and not downloaded'
    description: 'A client acknowledged an export whose last byte it never fetched, and the job takes that (ackWithoutDownload). Whether anybody has the file is unknown: ask the client, and redeliver the message.'
    severity: 2
    windowMinutes: 15
    query: 'AppMetrics | where Name == "${metrics.ackedWithoutDownload}" | summarize Value = sum(Sum) ${byJob}'
    threshold: 0
    isByJob: true
  }
  {
    name: 'missed-ticks'
    title: 'Ticks are missed'
    description: 'No processing or no monitoring tick ran within ${missedTickMinutes} minutes, or one ran that late: recurrences do not start, or load is not measured. What has not run in the two days before is not missed.'
    severity: 1
    windowMinutes: missedTickMinutes
    // An app that is not deployed yet misses nothing.
    query: 'AppMetrics | where Name == "${metrics.tickDelayMs}" and tostring(Properties["${names.attributes.tick}"]) in ("processingTick", "monitoringTick") | summarize Before = countif(TimeGenerated < ${recently}), Ticks = dcountif(tostring(Properties["${names.attributes.tick}"]), TimeGenerated >= ${recently}), DelayMs = maxif(Max, TimeGenerated >= ${recently}) | project Value = iff(Before > 0 and (Ticks < 2 or DelayMs > ${missedTickMinutes * 60000}), 1, 0)'
    threshold: 0
    isByJob: false
  }
  {
    name: 'server-errors'
    title: 'Requests fail'
    description: 'At least ${serverErrorPercent} % of the requests, and five at least, were answered with 5xx.'
    severity: 1
    windowMinutes: 15
    query: 'AppRequests | where isnotempty(Url) | summarize Requests = sum(ItemCount), Failures = sumif(ItemCount, ResultCode startswith "5") | project Value = iff(Failures < 5, 0.0, 100.0 * Failures / Requests)'
    threshold: serverErrorPercent
    isByJob: false
  }
  {
    name: 'failed-executions'
    title: 'Executions fail'
    description: 'Executions of a job ended with errors. Their file of failed records says why.'
    severity: 3
    windowMinutes: 15
    query: 'AppMetrics | where Name == "${metrics.failed}" | summarize Value = sum(Sum) ${byJob}'
    threshold: 0
    isByJob: true
  }
  {
    name: 'upkeep-failures'
    title: 'The upkeep fails'
    description: 'A part of the upkeep failed at a job, a message or an entity: what is old may not be deleted, and work that was left not be done. The log names them under upkeep.failed.'
    severity: 3
    windowMinutes: 60
    query: 'AppMetrics | where Name == "${metrics.upkeepFailures}" | summarize Value = sum(Sum)'
    threshold: 0
    isByJob: false
  }
  {
    name: 'webhook-failures'
    title: 'Webhooks do not reach their receivers'
    description: 'More than ten calls of webhooks were not taken within an hour. They are repeated for a day; the log says under webhook.notDelivered which and why, and the log of each webhook what was given up.'
    severity: 3
    windowMinutes: 60
    query: 'AppMetrics | where Name == "${metrics.webhookFailures}" | summarize Value = sum(Sum)'
    threshold: 10
    isByJob: false
  }
]
var probed = [
  {
    name: 'not-ready'
    title: 'The service is not ready'
    description: 'Twice within 15 minutes /healthz/ready did not answer 200: the app does not start, or something that it needs does not answer. Its answer says what, the log under need.lost why.'
    severity: 1
    windowMinutes: 15
    query: 'AppAvailabilityResults | where Name == "${probeName}" | summarize Value = sumif(ItemCount, not(Success))'
    threshold: 1
    isByJob: false
  }
]
var rules = concat(always, isProbed ? probed : [])

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmail)) {
  name: 'ag-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'integrations'
    emailReceivers: [{ name: 'operators', emailAddress: alertEmail, useCommonAlertSchema: true }]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: '${rule.name}-${suffix}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      description: rule.description
      enabled: true
      severity: rule.severity
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT${rule.windowMinutes}M'
      // The longest that a rule can look back.
      overrideQueryTimeRange: rule.name == 'missed-ticks' ? 'P2D' : null
      autoMitigate: true
      // The tables of a new workspace have no rows yet, which the check of a query takes for a mistake.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: 'Value'
            timeAggregation: 'Maximum'
            operator: rule.name == 'server-errors' ? 'GreaterThanOrEqual' : 'GreaterThan'
            threshold: rule.threshold
            // Without them the rule takes the worst of all jobs, and its result names each.
            dimensions: isByJob && rule.isByJob ? [{ name: 'ActivityId', operator: 'Include', values: ['*'] }] : []
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: {
        actionGroups: concat(empty(alertEmail) ? [] : [operators.id], empty(actionGroupId) ? [] : [actionGroupId])
      }
    }
  }
]
