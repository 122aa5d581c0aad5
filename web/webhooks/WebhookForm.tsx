import { Checkbox, Input, Select, Switch } from "@fluentui/react-components";
import type { FormOf } from "../parts/definition/Editor.tsx";
import { NameFields } from "../parts/definition/NameFields.tsx";
import { Member } from "../parts/definition/Problems.tsx";
import { OptionalNumberInput } from "../parts/NumberInput.tsx";
import { useJobs } from "../parts/useNames.ts";
import { callNames, eventNames, events, type WebhookDraft, type WebhookEvent } from "./webhookKind.tsx";

type Form = FormOf<"webhooks">;

/** All that a webhook says. */
export function WebhookForm({ draft, change, isNew }: Form) {
  const isGrid = draft.kind === "eventGrid";
  return (
    <section className="panel form" aria-label="The webhook">
      <NameFields draft={draft} isNew={isNew} change={(named) => change({ ...draft, ...named })} />
      <Member path="kind" label="How it is called">
        <Select
          value={draft.kind ?? "standardWebhook"}
          disabled={!isNew}
          onChange={(_, { value }) => change({ ...draft, kind: value === "eventGrid" ? value : "standardWebhook" })}
        >
          {Object.entries(callNames).map(([kind, text]) => (
            <option key={kind} value={kind}>
              {text}
            </option>
          ))}
        </Select>
      </Member>
      <Member
        path="url"
        label="Address"
        required
        hint={isGrid ? "The endpoint of the topic." : "Called by POST, over https."}
      >
        <Input value={draft.url} onChange={(_, { value }) => change({ ...draft, url: value })} />
      </Member>
      <Events draft={draft} change={change} />
      <Job draft={draft} change={change} />
      <Switch
        label="Enabled"
        checked={draft.isEnabled ?? true}
        onChange={(_, { checked }) => change({ ...draft, isEnabled: checked })}
      />
    </section>
  );
}

type PartProps = Pick<Form, "draft" | "change">;

function Events({ draft, change }: PartProps) {
  const { loadBounds, ...rest } = draft;
  const set = (event: WebhookEvent, isOn: boolean): void => {
    const heard = isOn ? [...draft.events, event] : draft.events.filter((each) => each !== event);
    change(heard.includes("load.exceeded") ? { ...draft, events: heard } : { ...rest, events: heard });
  };
  return (
    <>
      <fieldset>
        <legend>Events</legend>
        {events.map((event) => (
          <Checkbox
            key={event}
            label={eventNames[event]}
            checked={draft.events.includes(event)}
            onChange={(_, { checked }) => set(event, checked === true)}
          />
        ))}
      </fieldset>
      {draft.events.includes("load.exceeded") && <Bounds draft={draft} change={change} bounds={loadBounds ?? {}} />}
    </>
  );
}

interface BoundsProps extends PartProps {
  readonly bounds: NonNullable<WebhookDraft["loadBounds"]>;
}

function Bounds({ draft, change, bounds }: BoundsProps) {
  const set = (name: keyof typeof bounds, number: number | undefined): void => {
    const { [name]: _before, ...others } = bounds;
    change({ ...draft, loadBounds: number === undefined ? others : { ...others, [name]: number } });
  };
  return (
    <>
      <Member path="loadBounds.waiting" label="Messages of one job that wait, from">
        <OptionalNumberInput number={bounds.waiting} change={(number) => set("waiting", number)} />
      </Member>
      <Member path="loadBounds.oldestMinutes" label="Minutes that one has waited, from">
        <OptionalNumberInput number={bounds.oldestMinutes} change={(number) => set("oldestMinutes", number)} />
      </Member>
    </>
  );
}

function Job({ draft: { activityId, ...draft }, change }: PartProps) {
  const { data: jobs = [] } = useJobs();
  return (
    <Member path="activityId" label="Recurring data job" hint="Whose events it hears.">
      <Select
        value={activityId ?? ""}
        onChange={(_, { value }) => change(value === "" ? draft : { ...draft, activityId: value })}
      >
        <option value="">All jobs</option>
        {jobs.map((job) => {
          const id = job.activityId.replace(/[{}]/g, "").toLowerCase();
          return (
            <option key={id} value={id}>
              {job.name}
            </option>
          );
        })}
      </Select>
    </Member>
  );
}
