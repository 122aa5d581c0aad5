metadata description = 'One storage account: Entra ID alone, nothing public, and what the code expects to find in it.'

import { redundancyType, tagsType } from 'types.bicep'

@description('Required. Region.')
param location string

@description('Required. Name of the account, unique in the world.')
@minLength(3)
@maxLength(24)
param name string

@description('Required. Tags.')
param tags tagsType

@description('Required. How often the bytes are stored, and where.')
param redundancy redundancyType

@description('Required. Whether the account is reached through private endpoints alone.')
param isPrivate bool

@description('Required. Log Analytics workspace for diagnostics.')
param workspaceId string

@description('Required. Blob containers.')
param containerNames string[]

@description('Optional. Queues.')
param queueNames string[] = []

@description('Optional. Tables.')
param tableNames string[] = []

@description('Optional. Containers whose blobs the lifecycle rule deletes; without one there is no rule.')
param expiringContainerNames string[] = []

@description('Optional. Age at which the lifecycle rule deletes a blob. The service deletes far earlier, and knows states.')
@minValue(1)
@maxValue(36500)
param expiryDays int = 90

@description('Optional. Days for which a deleted blob or container can be brought back.')
@minValue(1)
@maxValue(365)
param softDeleteDays int = 7

@description('Optional. What the log of the blobs tells. Whoever writes the package of the app is whoever runs code in it.')
param blobLogCategories ('StorageRead' | 'StorageWrite' | 'StorageDelete')[] = ['StorageWrite', 'StorageDelete']

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      // The lifecycle rule runs as a service of Azure: without this, closing the account would stop it.
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: softDeleteDays }
      containerDeleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    }

    resource containers 'containers' = [
      for containerName in containerNames: {
        name: containerName
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource queueService 'queueServices' = {
    name: 'default'

    resource queues 'queues' = [
      for queueName in queueNames: {
        name: queueName
      }
    ]
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource tables 'tables' = [
      for tableName in tableNames: {
        name: tableName
      }
    ]
  }

  resource lifecycle 'managementPolicies' = if (!empty(expiringContainerNames)) {
    name: 'default'
    properties: {
      policy: {
        rules: [
          {
            name: 'backstop'
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: {
                blobTypes: ['blockBlob']
                prefixMatch: map(expiringContainerNames, containerName => '${containerName}/')
              }
              actions: {
                baseBlob: { delete: { daysAfterModificationGreaterThan: expiryDays } }
              }
            }
          }
        ]
      }
    }
    dependsOn: [blobs]
  }
}

#disable-next-line use-recent-api-versions // There is no newer version, and no stable one with categories.
resource blobDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: map(blobLogCategories, category => { category: category, enabled: true })
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

#disable-next-line use-recent-api-versions // As above.
resource queueDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: account::queueService
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

#disable-next-line use-recent-api-versions // As above.
resource tableDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: account::tableService
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}
