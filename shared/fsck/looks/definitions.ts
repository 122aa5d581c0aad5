import type { DefinitionKind } from "../../ports/definitions.ts";
import { definitionBodies } from "../../storage/definitions/definitionBodies.ts";
import { toVersionFacts } from "../../storage/definitions/definitionRow.ts";
import { definitionKinds } from "../../storage/definitions/turn.ts";
import type { Row } from "../../storage/ground/ground.ts";
import { containerNames, tableNames } from "../../storage/ground/names.ts";
import { nameOf } from "../../storage/rows/keys.ts";
import type { Doubt } from "../finding.ts";
import { judgeEach, rowsOf } from "../walk.ts";
import type { World } from "../world.ts";

/** Behind their keys, which are hexadecimal, are other rows. */
const ranges = [
  { from: "0", below: "g" },
  { from: "version_", below: "version`" },
];

/** Every version of a definition that a row tells of can be read. */
export async function* lookAtDefinitions(world: World): AsyncGenerator<Doubt> {
  const table = world.ground.table(tableNames.definitions);
  for (const kind of definitionKinds) {
    for (const range of ranges) {
      yield* judgeEach(rowsOf(table, kind, range), {
        placeOf: ({ rowKey }) => `${tableNames.definitions}/${kind}/${rowKey}`,
        seen: world.seen,
        judge: (row) => judgeDefinition(world, kind, row),
      });
    }
  }
}

async function judgeDefinition({ ground }: World, kind: DefinitionKind, row: Row): Promise<readonly Doubt[]> {
  const key = row.rowKey.startsWith("version_")
    ? row.rowKey.slice("version_".length, row.rowKey.lastIndexOf("_"))
    : row.rowKey;
  const { revision, version } = toVersionFacts(row);
  // A reader of its own, which remembers nothing.
  const find = () => definitionBodies(ground.blobs(containerNames.definitions)).find(kind, key, revision);
  if ((await find()) !== undefined) return [];
  return [
    {
      kind: "definitionMissing",
      place: `${containerNames.definitions}/${kind}/${key}/${revision}.json`,
      what: `Version ${version} of ${kind} "${nameOf(key)}" is not there.`,
      todo: "Restore it from a backup or, where it is the newest, save the definition again; runs that work by it fail.",
      isStill: async () => (await find()) === undefined,
    },
  ];
}
