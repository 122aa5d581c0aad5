metadata description = 'The function app on Flex Consumption, with its settings. It holds no secret.'

import { settingsType, tagsType } from 'types.bicep'

@description('Required. Region.')
param location string

@description('Required. Name of the app; part of its address.')
@minLength(2)
@maxLength(60)
param name string

@description('Required. Tags.')
param tags tagsType

@description('Required. Identity of the service.')
param identityName string

@description('Required. Account of the Functions host.')
@minLength(3)
@maxLength(24)
param hostAccountName string

@description('Required. Account with the data of the service.')
@minLength(3)
@maxLength(24)
param dataAccountName string

@description('Required. Container of the deployment package, in the account of the host.')
param deploymentContainerName string

@description('Required. Application Insights component that takes the telemetry.')
param insightsName string

@description('Required. Log Analytics workspace for diagnostics.')
param workspaceId string

@description('Optional. Subnet for outgoing traffic.')
param subnetId string?

@description('Required. Whether the app and its deployment site answer from the internet.')
param isPublic bool

@description('Optional. Address ranges that may call the app; without one all may.')
param allowedAddresses string[] = []

@description('Optional. Address ranges that may reach the deployment site; without one all may.')
param deployerAddresses string[] = []

@description('Required. Version of Node.js.')
param nodeVersion '22' | '24'

@description('Required. Memory of one instance, in MB.')
param instanceMemoryMB 512 | 2048 | 4096

@description('Required. Instances at most.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Required. Instances that always stand ready for requests.')
@minValue(0)
@maxValue(100)
param alwaysReadyInstances int

@description('Required. Whether instances stand in more than one zone of the region.')
param isZoneRedundant bool

@description('Required. How a deployment replaces instances.')
param updateStrategy 'Recreate' | 'RollingUpdate'

@description('Required. Tenant whose tokens count.')
@minLength(36)
@maxLength(36)
param tenantId string

@description('Required. Application id of the registration of the API.')
@minLength(36)
@maxLength(36)
param apiClientId string

@description('Optional. Own host name under which clients reach the service.')
param customHostName string = ''

@description('Required. Settings that users tune, by the name that the code reads.')
param tuning settingsType

@description('Required. Largest body that the host lets through, in MB.')
@minValue(2)
param hostBodyMegabytes int

@description('Required. Requests that one instance gets at a time.')
@minValue(1)
@maxValue(1000)
param requestsPerInstance int

// One rule for each address range, in their order.
var appRules = map(range(0, length(allowedAddresses)), i => {
  name: 'allowed-${i}'
  ipAddress: allowedAddresses[i]
  action: 'Allow'
  priority: 100 + i
})
var deploymentRules = map(range(0, length(deployerAddresses)), i => {
  name: 'deployer-${i}'
  ipAddress: deployerAddresses[i]
  action: 'Allow'
  priority: 100 + i
})

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: hostAccountName
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: dataAccountName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true, zoneRedundant: isZoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // azd finds the app that it deploys to by this tag.
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    clientAffinityEnabled: false
    virtualNetworkSubnetId: subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostAccount.properties.primaryEndpoints.blob}${deploymentContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      #disable-next-line BCP037 // Azure takes it since 2024-11-01; its description lacks it.
      siteUpdateStrategy: { type: updateStrategy }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        triggers: { http: { perInstanceConcurrency: requestsPerInstance } }
        alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : []
      }
    }
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ipSecurityRestrictions: appRules
      ipSecurityRestrictionsDefaultAction: empty(allowedAddresses) ? 'Allow' : 'Deny'
      scmIpSecurityRestrictions: deploymentRules
      scmIpSecurityRestrictionsDefaultAction: empty(deployerAddresses) ? 'Allow' : 'Deny'
      scmIpSecurityRestrictionsUseMain: false
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: union(tuning, {
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      AzureWebJobsStorage__blobServiceUri: hostAccount.properties.primaryEndpoints.blob
      AzureWebJobsStorage__queueServiceUri: hostAccount.properties.primaryEndpoints.queue
      AzureWebJobsStorage__tableServiceUri: hostAccount.properties.primaryEndpoints.table
      DataStorage__credential: 'managedidentity'
      DataStorage__clientId: identity.properties.clientId
      DataStorage__blobServiceUri: dataAccount.properties.primaryEndpoints.blob
      DataStorage__queueServiceUri: dataAccount.properties.primaryEndpoints.queue
      DataStorage__tableServiceUri: dataAccount.properties.primaryEndpoints.table
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: string(hostBodyMegabytes * 1024 * 1024)
      // Without it a host that could not load a single function answers 200 at the root.
      AzureWebJobsDisableHomepage: 'true'
      TenantId: tenantId
      ApiClientId: apiClientId
      PublicBaseUrl: 'https://${empty(customHostName) ? app.properties.defaultHostName : customHostName}'
    })
  }
}

// Passwords of a publishing profile would be a second way in; deployments come with a token of Entra ID.
resource ftpPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scmPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

#disable-next-line use-recent-api-versions // There is no newer version, and no stable one with categories.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    // What the host says even when the app does not start, and so reports nothing itself.
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output defaultHostName string = app.properties.defaultHostName
output customDomainVerification string = app.properties.customDomainVerificationId
