metadata description = 'What the identity of the service may do, resource by resource: it has no role on anything wider.'

@description('Required. Account of the Functions host, with the deployment package.')
@minLength(3)
@maxLength(24)
param hostAccountName string

@description('Required. Account with the data of the service.')
@minLength(3)
@maxLength(24)
param dataAccountName string

@description('Required. Application Insights component that takes the telemetry.')
param insightsName string

@description('Required. Identity of the service, which gets the roles.')
@minLength(3)
@maxLength(128)
param identityName string

var roleIds = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}

// Places in the list of accounts.
var host = 0
var data = 1

var assignments = [
  // The host takes leases for its timers and reads the deployment package; Owner of blobs is what it asks for.
  { account: host, roleId: roleIds.storageBlobDataOwner }
  { account: host, roleId: roleIds.storageQueueDataContributor }
  { account: host, roleId: roleIds.storageTableDataContributor }
  { account: data, roleId: roleIds.storageBlobDataContributor }
  { account: data, roleId: roleIds.storageQueueDataContributor }
  { account: data, roleId: roleIds.storageTableDataContributor }
]

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource accounts 'Microsoft.Storage/storageAccounts@2026-04-01' existing = [
  for name in [hostAccountName, dataAccountName]: {
    name: name
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource storageAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for assignment in assignments: {
    name: guid(accounts[assignment.account].id, identity.id, assignment.roleId)
    scope: accounts[assignment.account]
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', assignment.roleId)
    }
  }
]

// Its scope is a resource of another type, which no loop over accounts can name.
resource telemetryAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identity.id, roleIds.monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.monitoringMetricsPublisher)
  }
}
