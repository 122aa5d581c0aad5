metadata description = 'The private way to the storage accounts: a network for the app, and an endpoint for each service.'

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

var serviceNames = ['blob', 'queue', 'table']

// One endpoint for each account and service: all services of the first account, then those of the next.
var endpointCount = length(accountNames) * length(serviceNames)

resource accounts 'Microsoft.Storage/storageAccounts@2026-04-01' existing = [
  for accountName in accountNames: {
    name: accountName
  }
]

resource network 'Microsoft.Network/virtualNetworks@2025-09-01' = {
  name: 'vnet-${suffix}'
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

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for serviceName in serviceNames: {
    name: 'privatelink.${serviceName}.${environment().suffixes.storage}'
    location: 'global'
    tags: tags
  }
]

resource zoneLinks 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (serviceName, i) in serviceNames: {
    parent: zones[i]
    name: 'to-${network.name}'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2025-09-01' = [
  for i in range(0, endpointCount): {
    name: 'pe-${accountNames[i / length(serviceNames)]}-${serviceNames[i % length(serviceNames)]}'
    location: location
    tags: tags
    properties: {
      subnet: { id: network::endpointSubnet.id }
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
          properties: { privateDnsZoneId: zones[i % length(serviceNames)].id }
        }
      ]
    }
    dependsOn: [zoneLinks]
  }
]

output appSubnetId string = network::appSubnet.id
