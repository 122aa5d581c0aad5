/** A stylesheet on its way through the processor. */
export interface StylesheetText {
  /** For error texts. */
  readonly name: string;
  readonly content: string;
}

export interface TransformedDocument {
  /** Of each stylesheet in turn; the last one is the result. */
  readonly outputs: readonly Uint8Array[];
}

/** What came of one stylesheet, while those behind it are still to come. */
export interface StylesheetOutput {
  readonly start: Uint8Array;
  readonly sizeBytes: number;
}

/**
 * Applies XSLT 1.0. It works beside everything else that goes on, and can be stopped: a stylesheet that takes too long, too
 * much memory or makes too much output ends with an `invalid` DomainError that names it, and harms nothing else. Nothing
 * that a stylesheet asks for reaches the network or a file.
 */
export interface Transformer {
  /** A larger document is refused. */
  readonly documentBytesMax: number;
  /** Compiles a stylesheet; throws `invalid` with what the processor says of it. */
  check(stylesheet: StylesheetText): Promise<void>;
  /** The output of each is the input of the next, and told as soon as it is there. The document is UTF-8. */
  transform(
    stylesheets: readonly StylesheetText[],
    document: Uint8Array,
    tell?: (output: StylesheetOutput) => void,
  ): Promise<TransformedDocument>;
}
