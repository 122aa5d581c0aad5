/** A text of the file, exactly as it stands there, and the value of the field that it means. */
export interface ValueConversion {
  readonly source: string;
  /** In invariant form; "" for none. */
  readonly value: string;
}

/** One line of a field map: which column of the file feeds which field of the entity (or is fed by it, on export). */
export interface FieldMapLine {
  readonly field: string;
  /** The file's column; absent when the default value alone feeds the field. */
  readonly column?: string;
  /** Used when the cell is blank or the line has no column. */
  readonly defaultValue?: string;
  /** A blank cell keeps the stored value of an existing record; otherwise it empties the field. */
  readonly ignoreBlank: boolean;
  /** The default value is every record's, whatever the column holds. */
  readonly autoDefault?: boolean;
  /** What no pair names is the field's value as it stands; on export the pairs are read the other way. */
  readonly conversions?: readonly ValueConversion[];
  /** Import: the value of whatever no pair names. */
  readonly fallbackValue?: string;
  /** Export: enums are written by label. An import takes symbol, number or label, whatever this says. */
  readonly useEnumLabel?: boolean;
  /** Import: a text that is too long for the field is cut, and is no error. */
  readonly truncate?: boolean;
  /** Import: a record without a value is rejected, as where the entity says so. */
  readonly isRequired?: boolean;
  /** Export: whether the column's cells stand in text qualifiers; only where they must when absent. */
  readonly textQualifier?: TextQualifierUse;
}

export type TextQualifierUse = "always" | "never";

export type FieldMap = readonly FieldMapLine[];
