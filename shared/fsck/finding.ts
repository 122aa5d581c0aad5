/** What does not fit together. Scripts rely on the names. */
export type FindingKind =
  | "missingPlace"
  | "deadWork"
  | "queueOfNoJob"
  | "pointersMissing"
  | "unreadable"
  | "rowOfNothing"
  | "rowMissing"
  | "stuckMessage"
  | "messageOverdue"
  | "payloadMissing"
  | "payloadOfNobody"
  | "contentDiffers"
  | "executionMissing"
  | "executionUnended"
  | "executionOfNobody"
  | "countsDiffer"
  | "fileMissing"
  | "stagingOfNobody"
  | "segmentMissing"
  | "segmentOfNobody"
  | "definitionMissing"
  | "leftOfJob"
  | "eventsUnseen"
  | "uploadLeft"
  | "claimLeft";

/** One thing that does not fit together. */
export interface Finding {
  readonly kind: FindingKind;
  /** Where: `container/blob`, `table/partition/row`, or the name of a queue. */
  readonly place: string;
  readonly what: string;
  /** What to do about it. */
  readonly todo: string;
}

/** What looks wrong at first sight, while a service may be at work there. */
export interface Doubt extends Finding {
  /** Whether it still is so. Asked once, after a while. */
  readonly isStill: () => Promise<boolean>;
  /** Absent where only a person may decide. False when somebody else was there first. */
  readonly mend?: () => Promise<boolean>;
}
