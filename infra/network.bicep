metadata description = 'The private way to the storage accounts: a network for the app, and an endpoint for each service. Network and zones may be those of others.'

import { tagsType } from 'types.bicep'

@description('Required. Region.')
param location string

@description('Required. Ending of the names.')
@minLength(5)
@maxLength(20)
param suffix string

@description('Required. Tags.')
param tags tagsType

@description('Required. Address range of the network, of at least 64 addresses.')
@minLength(9)
@maxLength(18)
param addressSpace string

@description('Required. Storage accounts that get endpoints.')
param accountNames string[]

@description('Optional. Subnet of a network of your own for the outgoing traffic of the app, delegated to Microsoft.App/environments.')
param appSubnetId string = ''

@description('Optional. Subnet of the same network for the endpoints.')
param endpointSubnetId string = ''

@description('Optional. Resource group that has the private DNS zones already, linked to the network; without it zones are made here.')
param dnsZonesGroupId string = ''

var serviceNames = ['blob', 'queue', 'table']
var zoneNames = map(serviceNames, serviceName => 'privatelink.${serviceName}.${environment().suffixes.storage}')

// One endpoint for each account and service: all services of the first account, then those of the next.
var endpointCount = length(accountNames) * length(serviceNames)

var networkName = 'vnet-${suffix}'
var isNetworkMade = empty(endpointSubnetId)
var areZonesMade = empty(dnsZonesGroupId) && endpointCount > 0

resource accounts 'Microsoft.Storage/storageAccounts@2026-04-01' existing = [
  for accountName in accountNames: {
    name: accountName
  }
]

resource network 'Microsoft.Network/virtualNetworks@2025-09-01' = if (isNetworkMade) {
  name: networkName
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressSpace] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressSpace, 27, 0)
          delegations: [
            { name: 'flexConsumption', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressSpace, 27, 1)
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'endpoints'
  }
}

var networkId = isNetworkMade ? network.id : split(endpointSubnetId, '/subnets/')[0]
var endpointSubnet = isNetworkMade ? network::endpointSubnet.id : endpointSubnetId

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zoneName in zoneNames: if (areZonesMade) {
    name: zoneName
    location: 'global'
    tags: tags
  }
]

resource zoneLinks 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zoneName, i) in zoneNames: if (areZonesMade) {
    parent: zones[i]
    name: 'to-${networkName}'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2025-09-01' = [
  for i in range(0, endpointCount): {
    name: 'pe-${accountNames[i / length(serviceNames)]}-${serviceNames[i % length(serviceNames)]}'
    location: location
    tags: tags
    properties: {
      subnet: { id: endpointSubnet }
      privateLinkServiceConnections: [
        {
          name: serviceNames[i % length(serviceNames)]
          properties: {
            privateLinkServiceId: accounts[i / length(serviceNames)].id
            groupIds: [serviceNames[i % length(serviceNames)]]
          }
        }
      ]
    }
  }
]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-09-01' = [
  for i in range(0, endpointCount): {
    parent: privateEndpoints[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: serviceNames[i % length(serviceNames)]
          properties: {
            privateDnsZoneId: empty(dnsZonesGroupId)
              ? zones[i % length(serviceNames)].id
              : '${dnsZonesGroupId}/providers/Microsoft.Network/privateDnsZones/${zoneNames[i % length(serviceNames)]}'
          }
        }
      ]
    }
    dependsOn: [zoneLinks]
  }
]

output appSubnetId string = isNetworkMade ? network::appSubnet.id : appSubnetId
output endpointSubnetId string = endpointSubnet
output networkId string = networkId
