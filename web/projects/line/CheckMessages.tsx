import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import type { LineCheck } from "./useLineCheck.ts";

interface Props {
  readonly check: LineCheck;
  /** Of what is shown at its own place. */
  readonly isShown: (path: string) => boolean;
}

/** What the service says against a line, where it is not said beside a field. */
export function CheckMessages({ check: { problems, warnings }, isShown }: Props) {
  const others = problems.filter(({ path }) => !isShown(path));
  return (
    <div role="status" className="check-messages">
      {others.map(({ path, message }) => (
        <MessageBar key={`${path} ${message}`} intent="error" layout="multiline">
          <MessageBarBody className="prose">
            {path !== "" && <code>{path}</code>} {message}
          </MessageBarBody>
        </MessageBar>
      ))}
      {warnings.map((warning) => (
        <MessageBar key={warning} intent="warning" layout="multiline">
          <MessageBarBody className="prose">{warning}</MessageBarBody>
        </MessageBar>
      ))}
    </div>
  );
}
