import { command } from "../command.ts";
import { exitCodes } from "../exitCodes.ts";

export const tokenCommand = command(
  {
    name: "token",
    usage: "",
    summary: "prints a token for the service, and nothing else",
    options: {
      connector: {
        type: "boolean",
        help: "of a local service: of the application that exchanges files, and not of who manages",
      },
    },
    examples: [
      { line: "token", what: "a token of who manages the service that runs here" },
      {
        line: 'token --url https://files.example --client-id "$ID" --client-secret-file secret.txt',
        what: "a token of an application of Entra ID",
      },
    ],
  },
  async ({ values, connect, show }) => {
    const { tokens, baseUrl } = await connect();
    const token = await tokens(values.connector ? "connector" : "manage").token();
    show({ token, service: baseUrl }, () => token);
    return exitCodes.done;
  },
);
