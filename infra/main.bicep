targetScope = 'subscription'

metadata description = 'Everything that the service needs in a subscription. docs/deploy.md explains each parameter.'

import { redundancyType, tagsType } from 'types.bicep'

@description('Required. Short name of the environment; part of the names of all resources.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Required. Region of all resources.')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('Required. Application id of the registration of the API: an audience of tokens. infra/entra/ registers one.')
@minLength(36)
@maxLength(36)
param apiClientId string

@description('Optional. Tenant whose tokens count; empty for that of the subscription.')
@maxLength(36)
param tenantId string = ''

@description('Optional. Own host name under which clients reach the service, in a domain that is verified in the tenant.')
@maxLength(253)
param customHostName string = ''

@description('Optional. Tags of all resources.')
param tags tagsType = {}

@description('Optional. Version of Node.js.')
param nodeVersion '22' | '24' = '24'

@description('Optional. Memory of one instance, in MB.')
param instanceMemoryMB 512 | 2048 | 4096 = 2048

@description('Optional. Instances at most.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Optional. Instances that always stand ready for requests, and are always paid for.')
@minValue(0)
@maxValue(100)
param alwaysReadyInstances int = 0

@description('Optional. Whether the service drains: it takes and serves, and starts no work.')
param drainMode bool = false

@description('Optional. How a deployment replaces instances: all at once, or in turn while those that leave end their work.')
param updateStrategy 'Recreate' | 'RollingUpdate' = 'Recreate'

@description('Optional. Whether instances stand in more than one zone of the region; two of each kind are then always paid for.')
param isZoneRedundant bool = false

@description('Optional. How often bytes are stored, and where.')
param storageRedundancy redundancyType = 'Standard_LRS'

@description('Optional. Days for which a deleted blob or container can be brought back.')
@minValue(1)
@maxValue(365)
param softDeleteDays int = 7

@description('Optional. Whether a blob of the data account that is written over stays as a version, for as long as a deleted one.')
param blobVersioning bool = false

@description('Optional. Whether a lock keeps the data account from being deleted.')
param deleteLock bool = false

@description('Optional. Address of a key of yours in a vault, with which the data account is encrypted; for a new system.')
param dataKeyUri string = ''

@description('Optional. Identity of yours, by its resource id, that may use that key.')
param dataKeyIdentityId string = ''

@description('Optional. Whether the storage accounts are reached through private endpoints alone.')
param usePrivateNetwork bool = false

@description('Optional. Address range of the private network, of at least 64 addresses.')
@minLength(9)
@maxLength(18)
param networkAddressSpace string = '10.20.0.0/24'

@description('Optional. Subnet of a network of your own for the outgoing traffic of the app, delegated to Microsoft.App/environments.')
param appSubnetId string = ''

@description('Optional. Subnet of the same network for private endpoints.')
param endpointSubnetId string = ''

@description('Optional. Resource group that has the private DNS zones already, linked to the network.')
param dnsZonesGroupId string = ''

@description('Optional. Whether the private network is new to a running system: its accounts close last.')
param isPrivateNetworkNew bool = false

@description('Optional. How the app is reached: from the internet, through a private endpoint too, or through that alone.')
param inboundAccess 'public' | 'both' | 'endpoint' = 'public'

@description('Optional. Address ranges that may call the app; without one all may.')
param allowedAddresses string[] = []

@description('Optional. Address ranges that may deploy to the app; without one all may.')
param deployerAddresses string[] = []

@description('Optional. Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Optional. Gigabytes a day after which no more logs are taken; -1 for no cap.')
@minValue(-1)
param logGigabytesADay int = -1

@description('Optional. Whether each read of a payload is logged too, not only writes and deletions.')
param logPayloadReads bool = false

@description('Optional. Address that alerts are sent to.')
@maxLength(254)
param alertEmail string = ''

@description('Optional. Resource id of an action group of your own that alerts call.')
param actionGroupId string = ''

@description('Optional. Minutes that a message waits longer than it should, from which it is an alert.')
@minValue(1)
@maxValue(10080)
param oldestWaitingMinutes int = 60

@description('Optional. Whether each job has alerts of its own, which Azure charges for one by one.')
param alertsByJob bool = false

@description('Optional. Ids of places that Azure Monitor asks from, every five minutes, whether the service is ready.')
@maxLength(16)
param probeLocations string[] = []

@description('Optional. Age of a payload, in days, at which a lifecycle rule deletes what the service did not; never less than the retention.')
@minValue(1)
@maxValue(36500)
param payloadBackstopDays int = 90

@description('Optional. Age, in days, at which a message in a final state is deleted with its files.')
@minValue(1)
@maxValue(3650)
param retentionDays int = 7

@description('Optional. Age, in days, at which entries of the audit trail are deleted.')
@minValue(1)
@maxValue(3650)
param auditRetentionDays int = 90

@description('Optional. Largest body of an enqueue, in MB.')
@minValue(1)
@maxValue(4096)
param maxBodyMegabytes int = 50

@description('Optional. Largest file of an upload in blocks, in MB: it goes straight to storage.')
@minValue(1)
@maxValue(262144)
param maxUploadMegabytes int = 10240

@description('Optional. Hours that an upload in blocks may take until it is committed.')
@minValue(1)
@maxValue(144)
param uploadHours int = 24

@description('Optional. Requests that one instance works on at a time.')
@minValue(2)
@maxValue(10000)
param maxRequestsInProgress int = 200

@description('Optional. Of these, what one application may have.')
@minValue(1)
@maxValue(10000)
param maxRequestsPerApplication int = 100

@description('Optional. Of these, what integration clients leave free for the management API.')
@minValue(0)
@maxValue(10000)
param reservedForManagement int = 20

@description('Optional. Bytes a second below which a body comes too slowly.')
@minValue(1)
@maxValue(1000000)
param minUploadBytesPerSecond int = 1024

@description('Optional. Seconds for which a body may come too slowly.')
@minValue(1)
@maxValue(300)
param slowUploadSeconds int = 30

@description('Optional. Seconds after which a client that takes nothing of its answer is cut off.')
@minValue(5)
@maxValue(230)
param stalledReaderSeconds int = 120

@description('Optional. Seconds for which a worker may be silent before another one takes its message.')
@minValue(10)
@maxValue(3600)
param leaseSeconds int = 240

@description('Optional. Minutes after which a waiting message that no worker took is pointed at again.')
@minValue(1)
@maxValue(1440)
param resendMinutes int = 10

@description('Optional. Minutes after which a payload without a message is deleted.')
@minValue(10)
@maxValue(1440)
param orphanMinutes int = 60

@description('Optional. Due jobs that one tick starts at most.')
@minValue(1)
@maxValue(10000)
param dueJobsPerTick int = 500

@description('Optional. Runs that a job makes up for at most after a stop.')
@minValue(1)
@maxValue(100)
param missedRuns int = 24

@description('Optional. Megabytes of the largest file that goes through stylesheets; the processor may take 20 times as many.')
@minValue(1)
@maxValue(512)
param stylesheetMegabytes int = 64

@description('Optional. Seconds that the stylesheets of one file may take together.')
@minValue(1)
@maxValue(1800)
param stylesheetSeconds int = 120

@description('Optional. Lines of one unit, level and sequence that an import runs at the same time. All imports of an instance share what is above 1.')
@minValue(1)
@maxValue(16)
param linesSideBySide int = 2

@description('Optional. NCRONTAB schedule of the processing tick.')
@minLength(11)
param processingSchedule string = '0 * * * * *'

@description('Optional. NCRONTAB schedule of the monitoring tick.')
@minLength(11)
param monitoringSchedule string = '0 * * * * *'

@description('Optional. NCRONTAB schedule of the upkeep.')
@minLength(11)
param upkeepSchedule string = '0 */5 * * * *'

var names = loadJsonContent('names.json')
var suffix = uniqueString(subscription().id, environmentName, location)
var allTags = union(tags, { 'azd-env-name': environmentName })
var deploymentContainerName = 'deployment'

// Modules find each other's resources by these names and not by outputs: a name that only a deployment knows would
// keep what-if from looking inside a module.
var identityName = 'id-${suffix}'
var workspaceName = 'log-${suffix}'
var insightsName = 'appi-${suffix}'
var hostAccountName = 'sthost${suffix}'
var dataAccountName = 'stdata${suffix}'
var functionAppName = 'func-${suffix}'
var probeName = 'ready-${suffix}'

// Azure Monitor asks from the internet.
var isProbed = !empty(probeLocations) && inboundAccess != 'endpoint'

var isNetworkNeeded = usePrivateNetwork || inboundAccess != 'public'
var areAccountsClosedLast = usePrivateNetwork && isPrivateNetworkNew
// Nothing runs yet, or it runs through the endpoints already.
var areAccountsClosedFirst = usePrivateNetwork && !isPrivateNetworkNew

var payloadLogCategories = logPayloadReads
  ? ['StorageRead', 'StorageWrite', 'StorageDelete']
  : ['StorageWrite', 'StorageDelete']

// Above the service's limit, so that it is the service that refuses a larger body, with 413.
var hostBodyMegabytes = maxBodyMegabytes + 16

// The host reads a body with a length whole, in up to 7.5 times its size, before the service hears of it; so an instance
// takes no more requests at a time than it can hold, were they all as large as can be, with a quarter of it to spare.
var requestsPerInstance = min(100, max(1, instanceMemoryMB / (10 * hostBodyMegabytes)))

// Names of settings as shared/config.ts reads them.
var tuning = {
  DrainMode: drainMode
  MaxBodyMegabytes: maxBodyMegabytes
  MaxUploadMegabytes: maxUploadMegabytes
  UploadHours: uploadHours
  MaxRequestsInProgress: maxRequestsInProgress
  MaxRequestsPerApplication: maxRequestsPerApplication
  ReservedForManagement: reservedForManagement
  MinUploadBytesPerSecond: minUploadBytesPerSecond
  SlowUploadSeconds: slowUploadSeconds
  StalledReaderSeconds: stalledReaderSeconds
  LeaseSeconds: leaseSeconds
  ResendMinutes: resendMinutes
  RetentionDays: retentionDays
  AuditRetentionDays: auditRetentionDays
  OrphanMinutes: orphanMinutes
  DueJobsPerTick: dueJobsPerTick
  MissedRuns: missedRuns
  StylesheetMegabytes: stylesheetMegabytes
  StylesheetSeconds: stylesheetSeconds
  LinesSideBySide: linesSideBySide
  ProcessingSchedule: processingSchedule
  MonitoringSchedule: monitoringSchedule
  UpkeepSchedule: upkeepSchedule
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: allTags
}

module identity 'identity.bicep' = {
  scope: group
  params: {
    location: location
    name: identityName
    tags: allTags
  }
}

module monitoring 'monitoring.bicep' = {
  scope: group
  params: {
    location: location
    workspaceName: workspaceName
    insightsName: insightsName
    tags: allTags
    logRetentionDays: logRetentionDays
    logGigabytesADay: logGigabytesADay
  }
}

module hostStorage 'storage.bicep' = {
  scope: group
  params: {
    location: location
    name: hostAccountName
    tags: allTags
    redundancy: storageRedundancy
    isPrivate: areAccountsClosedFirst
    workspaceId: monitoring.outputs.workspaceId
    containerNames: [deploymentContainerName]
    softDeleteDays: softDeleteDays
  }
}

module dataStorage 'storage.bicep' = {
  scope: group
  params: {
    location: location
    name: dataAccountName
    tags: allTags
    redundancy: storageRedundancy
    isPrivate: areAccountsClosedFirst
    workspaceId: monitoring.outputs.workspaceId
    containerNames: names.containers
    queueNames: names.queues
    tableNames: names.tables
    expiringContainerNames: names.payloadContainers
    expiryDays: max(payloadBackstopDays, retentionDays)
    blobLogCategories: payloadLogCategories
    softDeleteDays: softDeleteDays
    hasVersions: blobVersioning
    isLocked: deleteLock
    keyUri: dataKeyUri
    keyIdentityId: dataKeyIdentityId
  }
}

module access 'access.bicep' = {
  scope: group
  params: {
    hostAccountName: hostAccountName
    dataAccountName: dataAccountName
    insightsName: insightsName
    identityName: identityName
  }
  dependsOn: [hostStorage, dataStorage, monitoring, identity]
}

module network 'network.bicep' = if (isNetworkNeeded) {
  scope: group
  params: {
    location: location
    suffix: suffix
    tags: allTags
    addressSpace: networkAddressSpace
    accountNames: usePrivateNetwork ? [hostAccountName, dataAccountName] : []
    appSubnetId: appSubnetId
    endpointSubnetId: endpointSubnetId
    dnsZonesGroupId: dnsZonesGroupId
  }
  dependsOn: [hostStorage, dataStorage]
}

module functionApp 'functionApp.bicep' = {
  scope: group
  params: {
    location: location
    name: functionAppName
    tags: allTags
    identityName: identityName
    hostAccountName: hostAccountName
    dataAccountName: dataAccountName
    deploymentContainerName: deploymentContainerName
    insightsName: insightsName
    workspaceId: monitoring.outputs.workspaceId
    subnetId: network.?outputs.appSubnetId
    isPublic: inboundAccess != 'endpoint'
    allowedAddresses: allowedAddresses
    deployerAddresses: deployerAddresses
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    isZoneRedundant: isZoneRedundant
    updateStrategy: updateStrategy
    tenantId: empty(tenantId) ? tenant().tenantId : tenantId
    apiClientId: apiClientId
    customHostName: customHostName
    hostBodyMegabytes: hostBodyMegabytes
    requestsPerInstance: requestsPerInstance
    tuning: mapValues(tuning, value => string(value))
  }
  // Without its roles the app cannot read its own package.
  dependsOn: [access]
}

module inbound 'inbound.bicep' = if (inboundAccess != 'public') {
  scope: group
  params: {
    location: location
    tags: allTags
    appName: functionAppName
    endpointSubnetId: network!.outputs.endpointSubnetId
    networkId: network!.outputs.networkId
    dnsZonesGroupId: dnsZonesGroupId
  }
  dependsOn: [functionApp]
}

// The same accounts once more, closed now that the endpoints, their names and the way of the app to them are there.
module hostStorageClosed 'storage.bicep' = if (areAccountsClosedLast) {
  scope: group
  params: {
    location: location
    name: hostAccountName
    tags: allTags
    redundancy: storageRedundancy
    isPrivate: true
    workspaceId: monitoring.outputs.workspaceId
    containerNames: [deploymentContainerName]
    softDeleteDays: softDeleteDays
  }
  dependsOn: [hostStorage, network, functionApp]
}

module dataStorageClosed 'storage.bicep' = if (areAccountsClosedLast) {
  scope: group
  params: {
    location: location
    name: dataAccountName
    tags: allTags
    redundancy: storageRedundancy
    isPrivate: true
    workspaceId: monitoring.outputs.workspaceId
    containerNames: names.containers
    queueNames: names.queues
    tableNames: names.tables
    expiringContainerNames: names.payloadContainers
    expiryDays: max(payloadBackstopDays, retentionDays)
    blobLogCategories: payloadLogCategories
    softDeleteDays: softDeleteDays
    hasVersions: blobVersioning
    isLocked: deleteLock
    keyUri: dataKeyUri
    keyIdentityId: dataKeyIdentityId
  }
  dependsOn: [dataStorage, network, functionApp]
}

module alerts 'alerts.bicep' = {
  scope: group
  params: {
    location: location
    suffix: suffix
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    alertEmail: alertEmail
    actionGroupId: actionGroupId
    oldestWaitingMinutes: oldestWaitingMinutes
    isByJob: alertsByJob
    probeName: probeName
    isProbed: isProbed
  }
}

module probe 'probe.bicep' = if (isProbed) {
  scope: group
  params: {
    location: location
    tags: allTags
    name: probeName
    insightsName: insightsName
    baseUrl: baseUrl
    locationIds: probeLocations
  }
}

module workbook 'workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    title: 'Recurring integrations (${environmentName})'
    workspaceId: monitoring.outputs.workspaceId
  }
}

var baseUrl = 'https://${empty(customHostName) ? functionApp.outputs.defaultHostName : customHostName}'

@description('Where clients reach the service.')
output baseUrl string = baseUrl

@description('The management page.')
output pageUrl string = '${baseUrl}/manage'

@description('Description of the management API.')
output openApiUrl string = '${baseUrl}/manage/api/openapi.json'

@description('Host name that Azure gave; the target of the CNAME record of an own one.')
output defaultHostName string = functionApp.outputs.defaultHostName

@description('Value of the TXT record asuid.<own host name>, which proves that the domain is yours.')
output customDomainVerification string = functionApp.outputs.customDomainVerification

@description('Resource group of everything.')
output resourceGroupName string = group.name

@description('Function app that the package is deployed to.')
output functionAppName string = functionAppName

@description('Storage account with the data.')
output dataAccountName string = dataAccountName

@description('Application id of the identity of the service.')
output identityClientId string = identity.outputs.clientId

@description('Object id of the identity of the service.')
output identityPrincipalId string = identity.outputs.principalId
