export interface Stored<T> {
  readonly value: T;
  readonly etag: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; absent on the last page. */
  readonly continuation?: string;
}

export interface PageRequest {
  readonly limit: number;
  readonly continuation?: string;
}
