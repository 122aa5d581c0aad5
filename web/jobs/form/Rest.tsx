import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import { isWithin } from "../../parts/job/Drafting.tsx";
import type { Problem } from "../../parts/job/useJobCheck.ts";

/** Members whose problems stand beside their field. */
const fields = [
  "name",
  "description",
  "project",
  "direction",
  "applications",
  "source",
  "company",
  "onHeadError",
  "misfirePolicy",
  "attemptsMax",
  "visibilityMinutes",
  "duplicateWindowMinutes",
  "ackWithoutDownload",
  "filters",
  "processingRecurrence",
  "monitoringRecurrence",
];

/** What keeps the job from being saved and belongs to no field of the form. */
export function Rest({ problems }: { readonly problems: readonly Problem[] }) {
  const rest = problems.filter(({ path }) => !fields.some((field) => isWithin(path, field)));
  if (rest.length === 0) return null;
  return (
    <MessageBar intent="error" layout="multiline" role="alert" className="failure">
      <MessageBarBody>
        <MessageBarTitle>The job cannot be saved</MessageBarTitle>
        <ul>
          {rest.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path !== "" && <code>{path}</code>} {message}
            </li>
          ))}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}
