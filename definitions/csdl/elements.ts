import { createReadStream } from "node:fs";
import { decodeText } from "../../shared/formats/textDecoding.ts";
import { xmlParser } from "../../shared/formats/xmlParser.ts";
import { localName } from "../../shared/formats/xmlNames.ts";

/** An element of a document, without its prefix. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The one that it is in. */
  readonly parent: Element | undefined;
}

export interface ElementEvents {
  /** An element with its attributes, in front of what is in it. */
  readonly open?: (element: Element) => void;
  readonly text?: (text: string, element: Element) => void;
  readonly close?: (element: Element) => void;
}

const utf8 = 65_001;

/**
 * Reads a document of any size, of which no more is in memory than the elements that are open. What is malformed, or has a
 * document type declaration, ends it with an error that says where.
 */
export async function readElements(file: string, events: ElementEvents): Promise<void> {
  const parser = xmlParser(elementEvents(events));
  const decoder = new TextDecoder();
  for await (const bytes of decodeText(createReadStream(file), { codePage: utf8, isUnicodeRequired: false })) {
    parser.write(decoder.decode(bytes, { stream: true }));
  }
  parser.end();
}

function elementEvents({ open, text, close }: ElementEvents) {
  let current: { readonly element: Element; readonly attributes: Map<string, string> } | undefined;
  let isTold = true;
  const tell = (): void => {
    if (!isTold && current) open?.(current.element);
    isTold = true;
  };
  const parents: (typeof current)[] = [];
  return {
    open(name: string): void {
      tell();
      parents.push(current);
      const attributes = new Map<string, string>();
      current = { element: { name: localName(name), attributes, parent: current?.element }, attributes };
      isTold = false;
    },
    attribute: (name: string, value: string) => void current?.attributes.set(localName(name), value),
    text(piece: string): void {
      tell();
      if (current) text?.(piece, current.element);
    },
    close(): void {
      tell();
      if (current) close?.(current.element);
      current = parents.pop();
    },
  };
}
