import { Button, Input, Switch } from "@fluentui/react-components";
import { AddRegular, DeleteRegular } from "@fluentui/react-icons";
import { DraftField, useDrafting } from "./Drafting.tsx";
import { Part } from "./Part.tsx";
import { useExampleClient } from "./useExampleClient.ts";
import "./job.css";

const usualNote = "The application ids in Microsoft Entra ID that may use this job, and nobody else.";
const blankId = "Enter the application (client) id, or remove this line.";

interface Props {
  readonly note?: string;
}

/** Which applications may use the job. */
export function AuthorizationPart({ note = usualNote }: Props) {
  const { draft, change, problemAt } = useDrafting();
  const { applications = [] } = draft;
  const isOverall = applications.every((_, index) => problemAt(`applications[${index}]`) === undefined);
  const problem = isOverall ? problemAt("applications") : undefined;
  const replace = (at: number, patch: Partial<(typeof applications)[number]>): void =>
    change({ applications: applications.map((each, index) => (index === at ? { ...each, ...patch } : each)) });
  return (
    <Part title="Set up authorization policy" note={note}>
      <ul className="applications" data-path="applications" aria-label="Applications">
        {applications.map(({ applicationId, isEnabled = true }, index) => (
          <li key={index} className="row top">
            <DraftField
              path={`applications[${index}].applicationId`}
              label={`Application id ${index + 1}`}
              className="application-id"
              instead={applicationId.trim() === "" ? blankId : undefined}
            >
              <Input
                value={applicationId}
                placeholder="00000000-0000-0000-0000-000000000000"
                spellCheck={false}
                onChange={(_, { value }) => replace(index, { applicationId: value })}
              />
            </DraftField>
            <div className="beside-label">
              <Switch
                label="Enabled"
                aria-label={`Application ${index + 1} enabled`}
                checked={isEnabled}
                onChange={(_, { checked }) => replace(index, { isEnabled: checked })}
              />
              <Button
                appearance="subtle"
                icon={<DeleteRegular />}
                aria-label={`Remove application ${index + 1}`}
                onClick={() => change({ applications: applications.filter((_, each) => each !== index) })}
              />
            </div>
          </li>
        ))}
      </ul>
      {problem !== undefined && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <div className="row">
        <Button
          icon={<AddRegular />}
          onClick={() => change({ applications: [...applications, { applicationId: "", isEnabled: true }] })}
        >
          Add an application
        </Button>
        <AddExample />
      </div>
    </Part>
  );
}

/** On a local service nobody has to know the id of the client that is there for trying. */
function AddExample() {
  const { draft, change } = useDrafting();
  const { applications = [] } = draft;
  const { data: example } = useExampleClient();
  // In braces and capitals as well.
  if (!example || applications.some(({ applicationId: id }) => id.toLowerCase().includes(example.applicationId))) {
    return null;
  }
  const named = applications.filter(({ applicationId }) => applicationId.trim() !== "");
  const added = { applicationId: example.applicationId, isEnabled: true };
  return <Button onClick={() => change({ applications: [...named, added] })}>Add the local client for trying</Button>;
}
