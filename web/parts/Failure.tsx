import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import { Refused } from "../api/api.ts";

interface Props {
  readonly error: unknown;
  /** What could not be done: "The job cannot be saved". */
  readonly what: string;
  readonly retry?: () => void;
  /** Says the paths and messages of the service in the words of the view. */
  readonly translate?: (text: string) => string;
}

/** What went wrong, where, and what to do, in the words of the service. */
export function Failure({ error, what, retry, translate = (text) => text }: Props) {
  const problem = error instanceof Refused ? error.problem : undefined;
  return (
    <MessageBar intent="error" layout="multiline" role="alert" className="failure">
      <MessageBarBody>
        <MessageBarTitle>{what}</MessageBarTitle> <span className="prose">{translate(messageOf(error))}</span>
        {problem?.errors && problem.errors.length > 0 && (
          <ul>
            {problem.errors.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code>{translate(path)}</code> {translate(message)}
              </li>
            ))}
          </ul>
        )}
        {problem?.instance !== undefined && <div className="faint">For the log of the service: {problem.instance}</div>}
      </MessageBarBody>
      {retry && (
        <MessageBarActions>
          <Button onClick={retry}>Try again</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
