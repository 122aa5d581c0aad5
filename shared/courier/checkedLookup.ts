import { type LookupAddress, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { mayCall } from "./publicAddress.ts";

/** The target, or where its name leads, is not to be called. */
export class ClosedTarget extends Error {
  override readonly name = "ClosedTarget";
}

type Resolve = (
  name: string,
  options: { readonly all: true; readonly family?: number | "IPv4" | "IPv6" | undefined },
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * The lookup of one connection: the address that was checked is the one that is connected to, so that a name that leads
 * elsewhere a moment later changes nothing. A name with any address that is closed is closed.
 */
export function checkedLookup(mayBeLocal: boolean, resolve: Resolve = lookup): LookupFunction {
  return (name, { all, family }, answer) => {
    resolve(name, { all: true, family }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return answer(error ?? new ClosedTarget(`${name} has no address.`), "", 0);
      const wrong = addresses.find(({ address }) => !mayCall(address, mayBeLocal));
      if (wrong) return answer(closedTarget(name), "", 0);
      return all ? answer(null, addresses) : answer(null, first.address, first.family);
    });
  };
}

/** Says nothing of the address: who may save a webhook is not to learn what lies inside. */
export function closedTarget(name: string): ClosedTarget {
  return new ClosedTarget(`${name} is not on the public internet, and events go nowhere else.`);
}
