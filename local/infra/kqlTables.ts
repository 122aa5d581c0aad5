const common =
  "AppRoleInstance AppRoleName AppVersion ClientBrowser ClientCity ClientCountryOrRegion ClientIP ClientModel ClientOS " +
  "ClientStateOrProvince ClientType IKey ItemCount Name OperationId OperationName ParentId Properties ResourceGUID " +
  "SDKVersion SessionId SourceSystem SyntheticSource TenantId TimeGenerated Type UserAccountId UserAuthenticatedId UserId " +
  "_BilledSize _IsBillable _ResourceId _SubscriptionId";

/** Columns of the tables that queries ask: https://learn.microsoft.com/azure/azure-monitor/reference/tables/appmetrics */
export const kqlTables: Readonly<Record<string, readonly string[]>> = {
  AppAvailabilityResults: `${common} DurationMs Id Location Measurements Message PerformanceBucket Size Success`.split(
    " ",
  ),
  AppMetrics: `${common} Max Min Sum`.split(" "),
  AppRequests: `${common} DurationMs Id Measurements PerformanceBucket ResultCode Source Success Url`.split(" "),
};

/** How many arguments each function takes, and whether it sums up rows. */
export const kqlFunctions: Readonly<Record<string, readonly [least: number, most: number, isAggregate: boolean]>> = {
  ago: [1, 1, false],
  bin: [2, 2, false],
  iff: [3, 3, false],
  isempty: [1, 1, false],
  isnotempty: [1, 1, false],
  not: [1, 1, false],
  now: [0, 1, false],
  tostring: [1, 1, false],
  count: [0, 0, true],
  countif: [1, 1, true],
  dcount: [1, 2, true],
  dcountif: [2, 3, true],
  max: [1, 1, true],
  maxif: [2, 2, true],
  min: [1, 1, true],
  percentile: [2, 2, true],
  sum: [1, 1, true],
  sumif: [2, 2, true],
};
