/** What is known of a column of whole numbers. */
export interface DigitFacts {
  readonly name: string;
  readonly filled: number;
  readonly charactersMin: number;
  readonly charactersMax: number;
  /** A language writes numbers in groups, and no code. */
  readonly hasGroups: boolean;
}

const codeName =
  /zip|postal|postcode|plz|phone|telefon|\bfax|barcode|gtin|(?:id|code|group|account|number|nummer|konto|gruppe)$|(?:^|[^a-z])(?:no|nr|num|ean)$/i;
const amountName =
  /amount|quantity|qty|price|total|limit|balance|cost|(?:paid|valid|void|bid|grid|solid|fluid|avoid)$/i;
const codeDigitsMin = 5;

/**
 * Why digits should rather be text, or undefined where they may be a number. Digits that name something lose their
 * leading zeros as numbers: in the next file, when not in this one.
 */
export function reasonOfCode(column: DigitFacts): string | undefined {
  const { filled, charactersMin, charactersMax } = column;
  const label = column.name.trim();
  if (column.hasGroups || amountName.test(label)) return undefined;
  if (codeName.test(label)) return "digits that look like a code by the column's name, which as numbers lose zeros";
  if (filled < 2 || charactersMin !== charactersMax || charactersMax < codeDigitsMin) return undefined;
  return `every value has ${charactersMax} digits, like a code, which as a number loses zeros`;
}
