import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { Draft } from "./useManifest.ts";

/** What is to be said of the manifest as a whole. */
export function ManifestNotes({ draft: { problems, warnings, stylesheets } }: { readonly draft: Draft }) {
  return (
    <>
      {problems.map(({ member, message }) => (
        <MessageBar key={`${member} ${message}`} intent="error" layout="multiline">
          <MessageBarBody className="prose">
            <MessageBarTitle>{member}</MessageBarTitle> {message}
          </MessageBarBody>
        </MessageBar>
      ))}
      {warnings.length > 0 && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody className="prose">
            <MessageBarTitle>Not everything is done as there</MessageBarTitle>
            <ul>
              {warnings.map(({ member, message }) => (
                <li key={`${member} ${message}`}>
                  <code className="wrap">{member}</code> {message}
                </li>
              ))}
            </ul>
          </MessageBarBody>
        </MessageBar>
      )}
      {stylesheets.length > 0 && (
        <p className="prose">
          These stylesheets are made beside the project: <bdi>{stylesheets.join(", ")}</bdi>.
        </p>
      )}
    </>
  );
}
