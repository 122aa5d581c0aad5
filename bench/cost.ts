/** What a piece of work took of the process that did it, without its client and without the storage service. */
export interface Cost {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** The most that the process held meanwhile, with all that it held before. */
  readonly peakMegabytes: number;
}

export function costText({ cpuSeconds, wallSeconds, peakMegabytes }: Cost): string {
  return `${cpuSeconds.toFixed(2)} s CPU in ${wallSeconds.toFixed(2)} s, ${Math.round(peakMegabytes)} MB`;
}
