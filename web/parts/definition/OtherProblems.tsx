import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { Schemas } from "../../api/api.ts";
import { PageLink } from "../PageLink.tsx";
import type { Problem } from "./Problems.tsx";
import { referenceView } from "./referenceView.ts";

interface Props {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Schemas["DefinitionWarning"][];
}

/** All that keeps a definition from being saved, in one place, and what is seldom meant. */
export function OtherProblems({ problems, warnings }: Props) {
  return (
    <>
      {problems.length > 0 && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>It cannot be saved like this</MessageBarTitle>
            <ul>
              {problems.map(({ path, message, referredBy }) => (
                <li key={`${path} ${message}`}>
                  {path !== "" && <code className="wrap">{path}</code>} <span className="prose">{message}</span>{" "}
                  <References of={referredBy ?? []} />
                </li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
      {warnings.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <ul>
              {warnings.map(({ path, message }) => (
                <li key={`${path} ${message}`} className="prose">
                  {message}
                </li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
    </>
  );
}

/** The definitions that refer to something, as links. */
export function References({ of }: { readonly of: readonly { readonly kind: string; readonly name: string }[] }) {
  return of.map(({ kind, name }) => (
    <PageLink key={`${kind} ${name}`} to={referenceView(kind, name)}>
      <bdi>{name}</bdi>{" "}
    </PageLink>
  ));
}
