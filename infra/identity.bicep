metadata description = 'The identity under which the service reaches everything else: it has no other credential.'

import { tagsType } from 'types.bicep'

@description('Required. Region.')
param location string

@description('Required. Name of the identity.')
@minLength(3)
@maxLength(128)
param name string

@description('Required. Tags.')
param tags tagsType

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId
