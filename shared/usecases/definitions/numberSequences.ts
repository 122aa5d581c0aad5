import type { Actor } from "../../domain/caller.ts";
import { type DataEntity, isSameName } from "../../domain/dataEntity.ts";
import { entityId } from "../../domain/entityId.ts";
import type { MemberError } from "../../domain/errors.ts";
import { foldName } from "../../domain/foldName.ts";
import {
  type NumberSequence,
  numberedFields,
  numberSequenceProblems,
  sequenceMisfit,
} from "../../domain/numberSequence.ts";
import type { Ports } from "../../ports.ts";
import { changeDefinitions } from "./changeDefinitions.ts";
import type { DefinitionRules } from "./definitionRules.ts";
import { allDefinitions } from "./listDefinitions.ts";
import { ReferredError, requireNoProblems } from "./refusedChange.ts";
import { findRemoved, refuseUsed, remove } from "./removeDefinition.ts";
import { type IfMatch, type Saved, findReplaced, writeDefinition } from "./saveDefinition.ts";

/** Saves a number sequence whose numbers the field that it numbers, if there is one, can hold. */
export async function saveNumberSequence(
  ports: Ports,
  sequence: NumberSequence,
  ifMatch: IfMatch,
  by: Actor,
): Promise<Saved<NumberSequence>> {
  await numberSequenceRules.requireSound(ports, sequence);
  return changeDefinitions(ports, async (turn) => {
    const replaced = await findReplaced(ports, "numberSequence", sequence.name, ifMatch);
    await numberSequenceRules.requireFits(ports, sequence, replaced);
    return writeDefinition(ports, turn, "numberSequence", sequence.name, sequence, replaced, by);
  });
}

/** What keeps a number sequence from being saved. */
export const numberSequenceRules: DefinitionRules<NumberSequence> = {
  async requireSound(_ports, sequence) {
    requireNoProblems(`Number sequence "${sequence.name}"`, numberSequenceProblems(sequence));
  },
  async requireFits(ports, sequence) {
    for (const { entity, field } of await numbered(ports, sequence.name)) {
      const misfit = sequenceMisfit(field, sequence);
      if (misfit === undefined) continue;
      const text = `Data entity "${entity.name}" would break: ${misfit}`;
      throw new ReferredError(text, [{ kind: "entity", name: entity.name }]);
    }
  },
};

/** Removes a sequence that numbers no field. One that is made again under its name goes on behind its numbers. */
export async function removeNumberSequence(ports: Ports, name: string, ifMatch: IfMatch, by: Actor): Promise<void> {
  await changeDefinitions(ports, async (turn) => {
    const stored = await findRemoved(ports, "numberSequence", name, ifMatch);
    await refuseUsed(ports, { kind: "numberSequence", name });
    await remove(ports, turn, "numberSequence", name, stored.etag, by);
  });
}

/** What an entity says of number sequences that are not there, do not fit, or number another field. */
export async function sequenceProblems(ports: Ports, entity: DataEntity): Promise<readonly MemberError[]> {
  const problems: MemberError[] = [];
  for (const { numberSequence, ...field } of numberedFields(entity)) {
    const path = `fields[${entity.fields.findIndex(({ name }) => name === field.name)}].numberSequence`;
    const sequence = (await ports.definitions.find("numberSequence", numberSequence))?.value;
    const others = (await numbered(ports, numberSequence)).filter((each) => !isSameName(each.entity.name, entity.name));
    const [other] = [...others, ...twins(entity, numberSequence, field.name)];
    const taken = `It numbers field "${other?.field.name}" of data entity "${other?.entity.name}". Give each field its own.`;
    const missing = `There is no number sequence "${numberSequence}".`;
    const message = sequence ? (sequenceMisfit(field, sequence) ?? (other && taken)) : missing;
    if (message !== undefined) problems.push({ path, message });
  }
  return problems;
}

export interface DrawnNumbers {
  readonly entity: string;
  readonly company?: string;
  readonly next: number;
}

/** How far the numbers are, for each company in which records were given some. */
export async function drawnNumbers(ports: Ports, { name, next }: NumberSequence): Promise<readonly DrawnNumbers[]> {
  const [use] = await numbered(ports, name);
  if (!use) return [];
  const refs = (await ports.entities.list()).filter((ref) => ref.entityId === entityId(use.entity));
  const drawn: DrawnNumbers[] = [];
  for (const ref of refs) {
    const counter = (await ports.entities.openSnapshot(ref)).counters[foldName(name)];
    const company = ref.company === undefined ? {} : { company: ref.company };
    if (counter !== undefined) drawn.push({ entity: use.entity.name, ...company, next: Math.max(next, counter) });
  }
  return drawn;
}

interface Numbered {
  readonly entity: DataEntity;
  readonly field: DataEntity["fields"][number];
}

async function numbered(ports: Ports, sequence: string): Promise<readonly Numbered[]> {
  return (await allDefinitions(ports, "entity")).flatMap(({ value }) => fieldsOf(value, sequence));
}

function fieldsOf(entity: DataEntity, sequence: string): readonly Numbered[] {
  const fields = numberedFields(entity).filter(({ numberSequence }) => isSameName(numberSequence, sequence));
  return fields.map((field) => ({ entity, field }));
}

function twins(entity: DataEntity, sequence: string, field: string): readonly Numbered[] {
  return fieldsOf(entity, sequence).filter((each) => each.field.name !== field);
}
