metadata description = 'The private way to the app and to its deployment site (SCM): one endpoint, which serves both.'

import { tagsType } from 'types.bicep'

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagsType

@description('Required. Function app that gets the endpoint.')
@minLength(2)
@maxLength(60)
param appName string

@description('Required. Subnet for the endpoint.')
param endpointSubnetId string

@description('Required. Network in which the name of the app leads to the endpoint.')
param networkId string

@description('Optional. Resource group that has the private DNS zone already, linked to the network; without it one is made here.')
param dnsZonesGroupId string = ''

var zoneName = 'privatelink.azurewebsites.net'
var isZoneMade = empty(dnsZonesGroupId)

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = if (isZoneMade) {
  name: zoneName
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: 'to-network'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2025-09-01' = {
  name: 'pe-${appName}'
  location: location
  tags: tags
  properties: {
    subnet: { id: endpointSubnetId }
    privateLinkServiceConnections: [
      { name: 'sites', properties: { privateLinkServiceId: app.id, groupIds: ['sites'] } }
    ]
  }

  resource zones 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: 'sites'
          properties: {
            privateDnsZoneId: isZoneMade
              ? zone.id
              : '${dnsZonesGroupId}/providers/Microsoft.Network/privateDnsZones/${zoneName}'
          }
        }
      ]
    }
    dependsOn: [zone::link]
  }
}
