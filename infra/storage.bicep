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

@description('Required. Days for which a deleted blob or container can be brought back.')
@minValue(1)
@maxValue(365)
param softDeleteDays int

@description('Optional. Whether a blob that is written over stays as a version, for as long as a deleted one.')
param hasVersions bool = false

@description('Optional. Whether the account is kept from being deleted.')
param isLocked bool = false

@description('Optional. Address of a key of yours in a vault, with which everything in the account is encrypted.')
param keyUri string = ''

@description('Optional. Identity of yours that may use the key.')
param keyIdentityId string = ''

@description('Optional. What the log of the blobs tells. Whoever writes the package of the app is whoever runs code in it.')
param blobLogCategories ('StorageRead' | 'StorageWrite' | 'StorageDelete')[] = ['StorageWrite', 'StorageDelete']

var hasKey = !empty(keyUri)
// https://<vault>/keys/<name>[/<version>]
var keyParts = split(keyUri, '/')
var keyIdentity = hasKey && empty(keyIdentityId)
  ? fail('dataKeyUri needs dataKeyIdentityId: the identity that may use the key.')
  : keyIdentityId

var backstop = {
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
var versionsEnd = {
  name: 'versions'
  type: 'Lifecycle'
  enabled: true
  definition: {
    filters: { blobTypes: ['blockBlob'] }
    actions: {
      version: { delete: { daysAfterCreationGreaterThan: softDeleteDays } }
    }
  }
}

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  identity: hasKey ? { type: 'UserAssigned', userAssignedIdentities: { '${keyIdentity}': {} } } : null
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    encryption: hasKey
      ? {
          keySource: 'Microsoft.Keyvault'
          identity: { userAssignedIdentity: keyIdentity }
          keyvaultproperties: {
            keyvaulturi: 'https://${keyParts[2]}'
            keyname: keyParts[4]
            // Without one the account follows the rotation of the key.
            keyversion: length(keyParts) > 5 ? keyParts[5] : ''
          }
          // Queues and tables use the key only where the account was made so.
          services: {
            queue: { enabled: true, keyType: 'Account' }
            table: { enabled: true, keyType: 'Account' }
          }
        }
      : null
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
      isVersioningEnabled: hasVersions
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
        rules: hasVersions ? [backstop, versionsEnd] : [backstop]
      }
    }
    dependsOn: [blobs]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (isLocked) {
  name: 'keep'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the messages, the definitions and the data of the service.'
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
