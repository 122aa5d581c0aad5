/** Joins a producer that pushes to a consumer that reads, one item at a time, so that neither runs ahead. */
export interface Relay<T> {
  readonly items: AsyncIterable<T>;
  /** Waits until the consumer has taken the item before; throws what the consumer failed with. */
  push(item: T): Promise<void>;
  end(): void;
  fail(error: Error): void;
  /** Ties the consumer's promise to the relay: when it fails, or ends too early, so does the next push. */
  guard<R>(consumer: Promise<R>): Promise<R>;
}

interface Channel<T> {
  readonly waiting: T[];
  /** The first end counts; undefined while the relay is open. */
  end: { readonly error?: unknown } | undefined;
  changed: PromiseWithResolvers<void>;
}

export function createRelay<T>(): Relay<T> {
  const channel: Channel<T> = { waiting: [], end: undefined, changed: Promise.withResolvers() };
  return {
    items: read(channel),
    push: (item) => push(channel, item),
    end: () => close(channel, {}),
    fail: (error) => close(channel, { error }),
    guard(consumer) {
      consumer.then(
        () => close(channel, { error: new Error("The consumer ended before its producer did.") }),
        (error: unknown) => close(channel, { error }),
      );
      return consumer;
    },
  };
}

async function* read<T>(channel: Channel<T>): AsyncGenerator<T> {
  for (;;) {
    while (channel.waiting.length > 0) {
      const [item] = channel.waiting.splice(0, 1);
      announce(channel);
      if (item !== undefined) yield item;
    }
    if (channel.end && "error" in channel.end) throw channel.end.error;
    if (channel.end) return;
    await channel.changed.promise;
  }
}

async function push<T>(channel: Channel<T>, item: T): Promise<void> {
  while (channel.waiting.length > 0 && !channel.end) await channel.changed.promise;
  if (channel.end && "error" in channel.end) throw channel.end.error;
  channel.waiting.push(item);
  announce(channel);
}

function close<T>(channel: Channel<T>, end: NonNullable<Channel<T>["end"]>): void {
  channel.end ??= end;
  announce(channel);
}

function announce<T>(channel: Channel<T>): void {
  channel.changed.resolve();
  channel.changed = Promise.withResolvers();
}
