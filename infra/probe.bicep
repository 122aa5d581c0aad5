metadata description = 'A test of Azure Monitor that asks from afar whether the service is ready: Flex Consumption has no health check.'

import { tagsType } from 'types.bicep'

@description('Required. Region of the Application Insights component.')
param location string

@description('Required. Tags.')
param tags tagsType

@description('Required. Name of the test, by which its results are found.')
@minLength(1)
@maxLength(64)
param name string

@description('Required. Application Insights component that takes the results.')
param insightsName string

@description('Required. Address of the service, without a path.')
param baseUrl string

@description('Required. Ids of the places that it is asked from.')
@minLength(1)
@maxLength(16)
param locationIds string[]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource probe 'Microsoft.Insights/webtests@2022-06-15' = {
  name: name
  location: location
  // By this tag Azure Monitor knows where the results belong.
  tags: union(tags, { 'hidden-link:${insights.id}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: name
    Name: name
    Enabled: true
    Kind: 'standard'
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    Locations: map(locationIds, id => { Id: id })
    Request: {
      RequestUrl: '${baseUrl}/healthz/ready'
      HttpVerb: 'GET'
      FollowRedirects: false
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 14
    }
  }
}
