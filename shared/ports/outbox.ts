/** A place on the queue, as one receiver knows it: the receipt is stale as soon as somebody else receives it. */
export interface ReceivedItem {
  readonly queueItemId: string;
  readonly popReceipt: string;
}

export interface Pointer extends ReceivedItem {
  readonly messageId: string;
}

/** The exported messages of one job that wait for a client. */
export interface Outbox {
  send(activityId: string, messageId: string): Promise<void>;
  /** Hides the pointer for the given time; undefined when nothing is visible. */
  receive(activityId: string, visibilityMs: number): Promise<Pointer | undefined>;
  /** False when the receipt is stale or the pointer is gone. */
  remove(activityId: string, item: ReceivedItem): Promise<boolean>;
  /** Shows the pointer to everybody again, at once; false as for `remove`. */
  giveBack(activityId: string, item: ReceivedItem): Promise<boolean>;
  drop(activityId: string): Promise<void>;
}
