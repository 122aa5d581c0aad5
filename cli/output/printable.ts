/** Only what colours a text; whatever else acts on a terminal was written by somebody else, and is shown as a mark. */
// oxlint-disable-next-line no-control-regex -- controls are what is looked for
const acting =
  /\u001b(?!\[\d{1,2}m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text that comes from files, clients and people, safe to show on a terminal. */
export function printable(text: string): string {
  return text.replaceAll(acting, "\ufffd");
}
