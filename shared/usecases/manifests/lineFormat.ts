import { isSameName } from "../../domain/dataEntity.ts";
import type { PackageLine } from "../../domain/dataPackage.ts";
import { DomainError } from "../../domain/errors.ts";
import { likelyFormat } from "../../domain/formatGuess.ts";
import { foldName } from "../../domain/foldName.ts";
import { nameList } from "../../domain/nameList.ts";
import type { SourceFormat } from "../../domain/sourceFormat.ts";
import type { Ports } from "../../ports.ts";
import { findFormat } from "../definitions/loadDefinitions.ts";

/** A format that a manifest names and that is not there. */
export interface MissingFormat {
  readonly name: string;
  /** The known one that it is most likely like. */
  readonly likely: string;
  /** The one that it is to be made like, where somebody chose one. */
  readonly like?: string;
}

/** "Legacy CSV=CSV": which format a missing one is made like. */
export type FormatWish = string;

export interface LineFormats {
  /** The format of a line, or why it has none. */
  find(line: PackageLine): Promise<{ readonly format: SourceFormat } | { readonly problem: string }>;
  readonly missing: () => readonly MissingFormat[];
  readonly made: () => readonly SourceFormat[];
}

const nameCharactersMax = 60;
/** The original's name for a format whose files are packages. */
const laterFormats = /^package$/iu;

/** Finds the formats of a manifest's lines, and makes those that are missing like others, as far as somebody wishes it. */
export function lineFormats(ports: Ports, wishes: readonly FormatWish[]): LineFormats {
  const known = new Map<string, SourceFormat | undefined>();
  const missing = new Map<string, MissingFormat>();
  const made: SourceFormat[] = [];
  const make = async (name: string, fileName: string): Promise<SourceFormat | undefined> => {
    const wish = wishes.find((each) => each.includes("=") && isSameName(each.slice(0, name.length + 1), `${name}=`));
    const like = wish === undefined ? undefined : (await findFormat(ports, wish.slice(name.length + 1)))?.value;
    if (wish !== undefined && !like) throw unknownLike(wish.slice(name.length + 1));
    const likely = likelyFormat(name, fileName);
    missing.set(foldName(name), { name, likely, ...(like && { like: like.name }) });
    const format = like && { ...like, name };
    if (format) made.push(format);
    return format;
  };
  return {
    async find({ sourceFormat, inputFilePath }) {
      const name = sourceFormat.trim();
      const [shown] = [nameList([name])];
      if (laterFormats.test(name)) return { problem: `not supported yet: source data format ${shown}` };
      if (name.length > nameCharactersMax || /[\p{C}\p{Zl}\p{Zp}]/u.test(name) || name === "") {
        return { problem: `"${shown}" is no name of a source data format here: 1 to ${nameCharactersMax} characters.` };
      }
      const key = foldName(name);
      if (!known.has(key)) known.set(key, (await findFormat(ports, name))?.value ?? (await make(name, inputFilePath)));
      const format = known.get(key);
      if (format) return { format };
      return { problem: `There is no source data format "${shown}". Make one first, or say which one it is like.` };
    },
    missing: () => [...missing.values()],
    made: () => made,
  };
}

function unknownLike(name: string): DomainError {
  const message = `There is no source data format "${nameList([name])}" that another one could be made like.`;
  return new DomainError("invalid", message, [{ path: "formatLike", message }]);
}
