import { BlockList, isIP, isIPv4 } from "node:net";

/** What no stranger may have the service call, by IANA's registry of special addresses. */
const closed = new BlockList();
const closedRanges: readonly (readonly [net: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Link-local, the metadata service of clouds among it.
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  // The agents of Azure's own host, https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ["168.63.129.16", 32],
];
for (const [net, bits] of closedRanges) closed.addSubnet(net, bits, "ipv4");
/** Of IPv6 only what is routed at all, without what carries an IPv4 address or stands in books. */
const routed = new BlockList();
routed.addSubnet("2000::", 3, "ipv6");
for (const [net, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  closed.addSubnet(net, bits, "ipv6");
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether the service may connect to the address: one of the public internet, or this machine where that is allowed. */
export function mayCall(address: string, mayBeLocal: boolean): boolean {
  if (isIP(address) === 0) return false;
  const family = isIPv4(address) ? "ipv4" : "ipv6";
  if (mayBeLocal && loopback.check(address, family)) return true;
  return family === "ipv4" ? !closed.check(address, family) : isOpenIPv6(address);
}

function isOpenIPv6(address: string): boolean {
  return routed.check(address, "ipv6") && !closed.check(address, "ipv6");
}
