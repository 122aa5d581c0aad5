import { read } from "../../client/api.ts";
import { command } from "../command.ts";
import { exitCodes } from "../exitCodes.ts";
import { eachMessage } from "../messages/eachMessage.ts";
import { requireIds } from "../messages/requireJob.ts";

export const redeliverCommand = command(
  {
    name: "redeliver",
    usage: "MESSAGE…",
    summary: "puts exports that were acknowledged back into the queue of their job",
    options: {},
    examples: [{ line: "redeliver $MESSAGE", what: "the client lost the file: its next dequeue gets it once more" }],
  },
  async (call) => {
    const ids = requireIds(call.positionals, "message");
    const { manage } = await call.connect();
    return eachMessage(call, ids, async (id) => {
      const params = { path: { id } };
      read(await manage.POST("/manage/api/messages/{id}/redeliver", { params, signal: call.signal }));
      return { result: { id, accepted: true }, text: `${id}  waits in its queue again`, exitCode: exitCodes.done };
    });
  },
);
