import type { Call } from "../command.ts";
import { type ExitCode, exitCodes, worstOf } from "../exitCodes.ts";
import { failureOf } from "../failure.ts";
import { atOnce } from "../files/atOnce.ts";
import type { OptionTable } from "../options.ts";
import { type Standing, toStandingText } from "./standing.ts";

const atOnceMax = 4;

/** What became of one message that a command was about. */
export interface Told {
  readonly result: object;
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** Does something for each message, whatever became of the others, and shows all in their order. */
export async function eachMessage<O extends OptionTable>(
  call: Call<O>,
  ids: readonly string[],
  act: (id: string) => Promise<Told>,
): Promise<ExitCode> {
  const told = await atOnce(ids, atOnceMax, async (id): Promise<Told> => {
    try {
      return await act(id);
    } catch (error) {
      const { exitCode, message } = failureOf(error, call.signal);
      return { result: { id, error: message }, text: `${id}  ${message}`, exitCode };
    }
  });
  call.progress.end();
  call.show({ messages: told.map(({ result }) => result) }, () => told.map(({ text }) => text).join("\n"));
  return worstOf(told.map(({ exitCode }) => exitCode));
}

/** How a message stands, told as what became of it. */
export function toTold(standing: Standing, isGoodEnough = standing.isGood): Told {
  const { isFinal: _isFinal, isGood: _isGood, ...result } = standing;
  return { result, text: toStandingText(standing), exitCode: isGoodEnough ? exitCodes.done : exitCodes.failed };
}
