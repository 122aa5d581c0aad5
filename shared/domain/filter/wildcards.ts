import type { Piece } from "./criteria.ts";

/** Whether all of some UTF-8, of a text as names are compared, fits a value with wildcards. */
export type Pattern = (bytes: Buffer, start: number, end: number) => boolean;

/** As many characters, or bytes where a character takes several, a value with wildcards has at most. */
export const patternBytesMax = 250;

/** All places of a pattern at which reading may stand, a bit each, and how a byte moves them. */
interface Automaton {
  readonly words: number;
  /** For each byte the places that it leads to from the one before. */
  readonly steps: Int32Array;
  /** Places that any byte leaves as they are, as behind an asterisk. */
  readonly stays: Int32Array;
  /** Places that the further bytes of a character leave as they are, as behind a question mark. */
  readonly within: Int32Array;
  readonly last: number;
}

/**
 * Reads a text once, byte by byte, with all ways in which it may fit side by side: no text and no pattern takes longer
 * than its bytes. `fold` brings what is written into the form in which texts are compared.
 */
export function patternOf(pieces: readonly Piece[], fold: (text: string) => string): Pattern {
  const automaton = automatonOf(pieces, fold);
  const { words } = automaton;
  if (words === 1) return (bytes, start, end) => fitsFew(automaton, bytes, start, end);
  const [states, next] = [new Int32Array(words), new Int32Array(words)];
  return (bytes, start, end) => {
    states.fill(0);
    states[0] = 1;
    for (let at = start; at < end; at += 1) {
      if (!step(automaton, states, next, bytes[at]!)) return false;
      states.set(next);
    }
    return isIn(states, automaton.last);
  };
}

/** The same where all places fit one word, as of nearly every pattern. */
function fitsFew({ steps, stays, within, last }: Automaton, bytes: Buffer, start: number, end: number): boolean {
  const [stay, stayFurther] = [stays[0]!, stays[0]! | within[0]!];
  let state = 1;
  for (let at = start; at < end && state !== 0; at += 1) {
    const byte = bytes[at]!;
    state = ((state << 1) & steps[byte]!) | (state & ((byte & 0xc0) === 0x80 ? stayFurther : stay));
  }
  return ((state >>> last) & 1) === 1;
}

/** False when no way is left. */
function step({ words, steps, stays, within }: Automaton, from: Int32Array, to: Int32Array, byte: number): boolean {
  const isFurther = (byte & 0xc0) === 0x80;
  let carried = 0;
  let all = 0;
  for (let word = 0; word < words; word += 1) {
    const state = from[word]!;
    const moved = ((state << 1) | carried) & steps[byte * words + word]!;
    carried = state >>> 31;
    to[word] = moved | (state & stays[word]!) | (isFurther ? state & within[word]! : 0);
    all |= to[word]!;
  }
  return all !== 0;
}

function automatonOf(pieces: readonly Piece[], fold: (text: string) => string): Automaton {
  const bytes = pieces.map((piece) => (typeof piece === "string" ? Buffer.from(fold(piece)) : piece));
  const places = 1 + bytes.reduce((sum, piece) => sum + (Buffer.isBuffer(piece) ? piece.length : 1), 0);
  const words = Math.ceil(places / 32);
  const [steps, stays, within] = [new Int32Array(256 * words), new Int32Array(words), new Int32Array(words)];
  let place = 0;
  for (const piece of bytes) {
    if (Buffer.isBuffer(piece)) for (const byte of piece) setIn(steps, byte * words, (place += 1));
    else if (piece.any === "text") setIn(stays, 0, place);
    else {
      place += 1;
      for (let byte = 0; byte < 256; byte += 1) if ((byte & 0xc0) !== 0x80) setIn(steps, byte * words, place);
      setIn(within, 0, place);
    }
  }
  return { words, steps, stays, within, last: place };
}

function setIn(bits: Int32Array, from: number, place: number): void {
  bits[from + (place >>> 5)]! |= 1 << (place & 31);
}

function isIn(bits: Int32Array, place: number): boolean {
  return ((bits[place >>> 5]! >>> (place & 31)) & 1) === 1;
}
