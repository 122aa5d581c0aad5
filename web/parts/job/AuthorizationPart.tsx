import { Button, Input, Switch } from "@fluentui/react-components";
import { AddRegular, DeleteRegular } from "@fluentui/react-icons";
import { DraftField, useDrafting } from "./Drafting.tsx";
import { Part } from "./Part.tsx";
import "./job.css";

const usualNote = "The application ids in Microsoft Entra ID that may use this job, and nobody else.";

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
      <Button
        icon={<AddRegular />}
        onClick={() => change({ applications: [...applications, { applicationId: "", isEnabled: true }] })}
      >
        Add an application
      </Button>
    </Part>
  );
}
