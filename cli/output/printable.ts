/** What may stay: line ends, tabs, and what colours a text. */
const harmless = /^(?:[\t\n]|\u001b\[\d{1,2}m)$/; // oxlint-disable-line no-control-regex -- of terminals

/** Controls, and marks that turn the direction of a text. */
const acting = /\u001b\[\d{1,2}m|\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu; // oxlint-disable-line no-control-regex -- of terminals

/** A text that comes from files, clients and people, safe to show on a terminal. */
export function printable(text: string): string {
  return text.replaceAll(acting, (found) => (harmless.test(found) ? found : "\ufffd"));
}
