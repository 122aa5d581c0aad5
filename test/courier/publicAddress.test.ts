import { describe, expect, test } from "vitest";
import { checkedLookup, ClosedTarget } from "../../shared/courier/checkedLookup.ts";
import { mayCall } from "../../shared/courier/publicAddress.ts";

describe("an address", () => {
  test.each(["20.50.2.1", "172.32.0.1", "169.253.255.255", "100.128.0.1", "2603:1020::1", "2a00::1"])(
    "of the public internet may be called: %s",
    (address) => expect(mayCall(address, false)).toBe(true),
  );

  test.each([
    ["this machine", ["127.0.0.1", "127.255.0.9", "::1", "0.0.0.0", "::", "0.1.2.3"]],
    ["a private net", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fd00::1", "fec0::1"]],
    ["a link", ["169.254.169.254", "169.254.1.1", "fe80::1", "fe80::a9fe:a9fe"]],
    ["the host of Azure", ["168.63.129.16"]],
    ["IPv4 in another form", ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::7f00:1", "2002:7f00:1::"]],
    ["a group or nobody", ["224.0.0.1", "255.255.255.255", "ff02::1", "192.0.2.1", "2001:db8::1", "2001::1"]],
    ["no address at all", ["", "localhost", "127.1", "0x7f.0.0.1", "1.2.3", "::ffff:127.0.0.1%eth0 "]],
  ])("of %s may not", (_what, addresses) => {
    expect(addresses.filter((address) => mayCall(address, false))).toEqual([]);
  });

  test("of this machine may be called where that is allowed, and no other closed one", () => {
    expect(["127.0.0.1", "::1"].every((address) => mayCall(address, true))).toBe(true);
    expect(["10.0.0.1", "169.254.169.254", "fe80::1"].some((address) => mayCall(address, true))).toBe(false);
  });
});

describe("the lookup of a connection", () => {
  const open = { address: "20.50.2.1", family: 4 };
  const closed = { address: "169.254.169.254", family: 4 };

  function look(all: boolean, ...addresses: readonly { readonly address: string; readonly family: number }[]) {
    const lookup = checkedLookup(false, (_name, _options, answer) => answer(null, [...addresses]));
    return new Promise((resolve) => {
      lookup("receiver.example", { all }, (error, ...found) => resolve(error ?? found));
    });
  }

  test("gives the addresses that it checked, one or all of them", async () => {
    const second = { address: "2603:1020::1", family: 6 };

    expect(await look(false, open, second)).toEqual([open.address, open.family]);
    expect(await look(true, open, second)).toEqual([[open, second]]);
  });

  test("gives none of a name that leads inside by any of its addresses, and does not say where to", async () => {
    const answers = [await look(true, open, closed), await look(false, closed), await look(false, open, closed)];

    for (const answer of answers) {
      expect(answer).toBeInstanceOf(ClosedTarget);
      expect(String(answer)).not.toContain(closed.address);
    }
  });
});
