metadata description = 'A workbook that charts load and results, by the metric names of shared/telemetryNames.ts.'

import { tagsType } from 'types.bicep'

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagsType

@description('Required. Name that the portal shows.')
@minLength(1)
@maxLength(120)
param title string

@description('Required. Log Analytics workspace with the telemetry.')
param workspaceId string

var names = loadJsonContent('names.json')
var metrics = names.metrics
var overTimeByJob = 'by bin(TimeGenerated, {Grain}), ActivityId = tostring(Properties["${names.attributes.activityId}"])'

var charts = [
  {
    title: 'Waiting messages, by job'
    query: 'AppMetrics | where Name == "${metrics.waiting}" | summarize Waiting = max(Sum) ${overTimeByJob}'
    kind: 'linechart'
  }
  {
    title: 'Minutes that the oldest message has waited longer than it should, by job'
    query: 'AppMetrics | where Name == "${metrics.oldestWaitingSeconds}" | summarize Minutes = max(Sum) / 60 ${overTimeByJob}'
    kind: 'linechart'
  }
  {
    title: 'Messages in process, by job'
    query: 'AppMetrics | where Name == "${metrics.inProcess}" | summarize InProcess = max(Sum) ${overTimeByJob}'
    kind: 'linechart'
  }
  {
    title: 'Results: processed and failed'
    query: 'AppMetrics | where Name in ("${metrics.processed}", "${metrics.failed}") | summarize Messages = sum(Sum) by bin(TimeGenerated, {Grain}), Name'
    kind: 'barchart'
  }
  {
    title: 'Parked messages, by job'
    query: 'AppMetrics | where Name == "${metrics.parked}" | summarize Parked = max(Sum) ${overTimeByJob}'
    kind: 'linechart'
  }
  {
    title: 'Exports that were acknowledged and not downloaded, by job'
    query: 'AppMetrics | where Name == "${metrics.ackedWithoutDownload}" | summarize Messages = sum(Sum) ${overTimeByJob}'
    kind: 'barchart'
  }
  {
    title: 'Records a second, by job'
    query: 'AppMetrics | where Name == "${metrics.recordsPerSecond}" | summarize RecordsPerSecond = sum(Sum) / sum(ItemCount) ${overTimeByJob}'
    kind: 'linechart'
  }
  {
    title: 'Bytes, by direction'
    query: 'AppMetrics | where Name == "${metrics.bytes}" | summarize Bytes = sum(Sum) by bin(TimeGenerated, {Grain}), Direction = tostring(Properties["${names.attributes.direction}"])'
    kind: 'areachart'
  }
  {
    title: 'Delay of ticks in seconds, the latest of each time span'
    query: 'AppMetrics | where Name == "${metrics.tickDelayMs}" | summarize Seconds = max(Max) / 1000 by bin(TimeGenerated, {Grain}), Tick = tostring(Properties["${names.attributes.tick}"])'
    kind: 'linechart'
  }
  {
    title: 'Failures of the upkeep'
    query: 'AppMetrics | where Name == "${metrics.upkeepFailures}" | summarize Failures = sum(Sum) by bin(TimeGenerated, {Grain})'
    kind: 'barchart'
  }
  {
    title: 'Calls of webhooks that were not taken'
    query: 'AppMetrics | where Name == "${metrics.webhookFailures}" | summarize Calls = sum(Sum) by bin(TimeGenerated, {Grain})'
    kind: 'barchart'
  }
  {
    title: 'Requests, by status'
    query: 'AppRequests | where isnotempty(Url) | summarize Requests = sum(ItemCount) by bin(TimeGenerated, {Grain}), ResultCode'
    kind: 'barchart'
  }
  {
    title: 'Duration of requests in ms, 95th percentile by function'
    query: 'AppRequests | where isnotempty(Url) | summarize percentile(DurationMs, 95) by bin(TimeGenerated, {Grain}), Name'
    kind: 'linechart'
  }
]

var timeRange = {
  type: 9
  content: {
    version: 'KqlParameterItem/1.0'
    parameters: [
      {
        id: '7d1c3a52-96bb-4f0e-8f1d-0c6a3f2b9e11'
        version: 'KqlParameterItem/1.0'
        name: 'TimeRange'
        label: 'Time range'
        type: 4
        isRequired: true
        value: { durationMs: 86400000 }
        typeSettings: {
          selectableValues: map([3600000, 14400000, 86400000, 604800000, 2592000000], span => { durationMs: span })
          allowCustom: true
        }
      }
      {
        id: '2f6b8f0d-5f0b-4c1c-9d5e-6b1f6c4d7a22'
        version: 'KqlParameterItem/1.0'
        name: 'Grain'
        label: 'Points every'
        type: 2
        isRequired: true
        jsonData: '["1m", "5m", "15m", "1h", "1d"]'
        value: '15m'
      }
    ]
    style: 'pills'
  }
  name: 'time'
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'load and results')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: title
    category: 'workbook'
    sourceId: workspaceId
    serializedData: string({
      version: 'Notebook/1.0'
      items: concat(
        [timeRange],
        map(charts, chart => {
          type: 3
          content: {
            version: 'KqlItem/1.0'
            query: chart.query
            size: 0
            title: chart.title
            timeContextFromParameter: 'TimeRange'
            queryType: 0
            resourceType: 'microsoft.operationalinsights/workspaces'
            visualization: chart.kind
          }
          customWidth: '50'
          name: chart.title
        })
      )
      fallbackResourceIds: [workspaceId]
    })
  }
}
