/** What every source data format has, of whatever kind. */
export interface FormatFacts {
  readonly name: string;
  /** A culture such as de-DE, whose numbers, dates and times the files hold; invariant forms without one. */
  readonly language?: string;
  /** By its IANA or Windows name: what datetimes without an offset are local times of; UTC without one. */
  readonly timeZone?: string;
}
