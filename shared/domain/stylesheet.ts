/** XSLT 1.0 that turns the XML of a sender into that of a source data format. */
export interface Stylesheet {
  readonly name: string;
  readonly description: string;
  /** The document as text; what its declaration says of an encoding counts no more. */
  readonly content: string;
}

export const stylesheetCharactersMax = 1_000_000;
/** Of one line. */
export const stylesheetsMax = 10;
