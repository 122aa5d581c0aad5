import type { Clock } from "../../ports.ts";
import type { Definition, DefinitionKind, Definitions, DefinitionTypes } from "../../ports/definitions.ts";
import type { Gate } from "../../ports/jobGate.ts";
import { nameKey } from "../rows/keys.ts";

/** A save that is cut off before it moves the gate of its job counts after this time all the same. */
const rememberedMs = 2_000;
const rememberedMax = 1_000;

interface Remembered {
  readonly definition: Definition<DefinitionTypes[DefinitionKind]>;
  readonly foundAt: number;
}

export interface RememberedDefinitions extends Pick<Definitions, "findBehind"> {
  /** After a write of this process. */
  readonly forget: () => void;
}

/** Keeps what was found behind a gate; under each of its stamps apart, since no gate gets the same one twice. */
export function rememberedDefinitions(find: Definitions["find"], clock: Clock): RememberedDefinitions {
  const remembered = new Map<string, Remembered>();

  function recall(key: string): Remembered["definition"] | undefined {
    const known = remembered.get(key);
    const ageMs = clock.now() - (known?.foundAt ?? 0);
    return ageMs >= 0 && ageMs < rememberedMs ? known?.definition : undefined;
  }

  function keep(key: string, known: Remembered): void {
    remembered.delete(key);
    remembered.set(key, known);
    const [oldest] = remembered.keys();
    if (remembered.size > rememberedMax && oldest !== undefined) remembered.delete(oldest);
  }

  return {
    forget: () => remembered.clear(),
    async findBehind<K extends DefinitionKind>({ stamp, isClosed }: Gate, kind: K, id: string) {
      if (isClosed) return find(kind, id);
      const key = `${stamp}/${kind}/${nameKey(id)}`;
      const known = recall(key);
      if (known) return known as Definition<DefinitionTypes[K]>;
      const foundAt = clock.now();
      const definition = await find(kind, id);
      if (definition) keep(key, { definition, foundAt });
      return definition;
    },
  };
}
