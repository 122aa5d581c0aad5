import { tableNames } from "../../storage/ground/names.ts";
import { claimKey, claimsPartition } from "../../storage/messages/claims.ts";
import type { Claim } from "../../ports.ts";
import { sweepClaim } from "../../usecases/upkeep/sweepClaims.ts";
import type { Doubt } from "../finding.ts";
import { judgeEach } from "../walk.ts";
import type { World } from "../world.ts";

const pageClaims = 200;
/** The upkeep comes by every few minutes. */
const leftAfterMs = 60 * 60_000;

/** Claims whose time is over, and that the upkeep has not looked at. */
export async function* lookAtClaims(world: World): AsyncGenerator<Doubt> {
  const { ports, ground, seen } = world;
  const table = ground.table(tableNames.claims);
  yield* judgeEach(allClaims(world), {
    placeOf: (claim) => `${tableNames.claims}/${claimsPartition}/${claimKey(claim)}`,
    seen,
    judge: async (claim) => {
      // A restore claims for the first pass of the upkeep, however long it takes until that comes.
      if (claim.until === 0 || claim.until >= ports.clock.now() - leftAfterMs) return [];
      const rowKey = claimKey(claim);
      const etag = (await table.find(claimsPartition, rowKey))?.etag;
      const isStill = async () => etag !== undefined && (await table.find(claimsPartition, rowKey))?.etag === etag;
      return [
        {
          kind: "claimLeft",
          place: `${tableNames.claims}/${claimsPartition}/${rowKey}`,
          what: `Its time is over since ${new Date(claim.until).toISOString()}, and the upkeep has not looked at it.`,
          todo: "Look whether the service and its upkeep run.",
          isStill,
          mend: async () => {
            await sweepClaim(ports, claim);
            return true;
          },
        },
      ];
    },
  });
}

async function* allClaims({ ports }: World): AsyncGenerator<Claim> {
  let continuation: string | undefined;
  do {
    const page = await ports.claims.list({ limit: pageClaims, ...(continuation && { continuation }) });
    yield* page.items;
    continuation = page.continuation;
  } while (continuation !== undefined);
}
