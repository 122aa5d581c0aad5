import type { EntityField } from "./dataEntity.ts";
import { withoutPadding } from "./foldName.ts";
import type { Converter } from "./values/valueType.ts";

/** Counts the texts that were cut in records that are good. */
export interface CutTexts {
  /** Forgets what was cut of the row before, unless it was kept. */
  readonly begin: () => void;
  readonly keep: () => void;
  /** Forgets what was kept. */
  readonly forget: () => void;
  /** The converter of the field, which cuts what is too long for it. */
  readonly cutting: (field: EntityField, convert: Converter) => Converter;
  readonly warnings: () => readonly string[];
}

export function cutTexts(): CutTexts {
  const counts = new Map<EntityField, number>();
  const ofRow = new Set<EntityField>();
  return {
    begin: () => ofRow.clear(),
    keep() {
      for (const field of ofRow) counts.set(field, (counts.get(field) ?? 0) + 1);
    },
    forget: () => counts.clear(),
    cutting(field, convert) {
      const charactersMax = field.lengthMax;
      if (charactersMax === undefined) return convert;
      return (text) => {
        if (text.length <= charactersMax) return convert(text);
        const value = withoutPadding(text);
        if (value.length <= charactersMax) return convert(value);
        ofRow.add(field);
        return convert(firstCharacters(value, charactersMax));
      };
    },
    warnings: () => [...counts].map(([field, count]) => warningOf(field, count)),
  };
}

/** A character of two units stays whole, or goes. */
function firstCharacters(text: string, charactersMax: number): string {
  const last = text.charCodeAt(charactersMax - 1);
  const isTorn = last >= 0xd800 && last <= 0xdbff && /[\udc00-\udfff]/.test(text.charAt(charactersMax));
  return text.slice(0, isTorn ? charactersMax - 1 : charactersMax);
}

function warningOf({ name, lengthMax }: EntityField, count: number): string {
  const what = count === 1 ? "1 text was" : `${count} texts were`;
  return `Field "${name}": ${what} cut to its ${lengthMax} characters, as the field map says.`;
}
