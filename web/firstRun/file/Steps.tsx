import { Badge, Spinner } from "@fluentui/react-components";
import { Failure } from "../../parts/Failure.tsx";
import { SampleResult } from "../../parts/file/SampleResult.tsx";
import type { StepName, StepState, useFirstRun } from "./useFirstRun.ts";

type Run = ReturnType<typeof useFirstRun>;

const steps: readonly (readonly [name: StepName, text: string])[] = [
  ["entity", "Data entity"],
  ["project", "Data project, with the map of its columns"],
  ["sample", "The file as its sample, with its first rows checked"],
  ["job", "Recurring data job"],
];

const looks: Readonly<Record<StepState, readonly [color: "success" | "danger" | "subtle" | "brand", text: string]>> = {
  waiting: ["subtle", "Not yet"],
  doing: ["brand", "In the making"],
  made: ["success", "Made"],
  there: ["success", "Was there already, and is the same"],
  failed: ["danger", "Not made"],
};

interface Props {
  readonly run: Pick<Run, "states" | "sampled" | "error">;
  /** Whether the entity is made of the file. */
  readonly isNew: boolean;
}

/** How far it is, one line a step: what is made stays, also where a later step fails. */
export function Steps({ run: { states, sampled, error }, isNew }: Props) {
  const failed = steps.find(([name]) => states[name] === "failed");
  return (
    <section className="panel" aria-label="What is made">
      <div role="status">
        <ol className="first-steps">
          {steps
            .filter(([name]) => isNew || name !== "entity")
            .map(([name, text]) => (
              <Step key={name} text={text} state={states[name] ?? "waiting"} />
            ))}
        </ol>
      </div>
      {sampled && <SampleResult sampled={sampledWithNews(sampled)} />}
      {failed && error !== null && (
        <>
          <Failure error={error} what={`${failed[1]}: not made`} />
          <p>What is made stays. Correct what is wrong above, and go on: nothing is made twice.</p>
        </>
      )}
    </section>
  );
}

function Step({ text, state }: { readonly text: string; readonly state: StepState }) {
  const [color, words] = looks[state];
  return (
    <li>
      {text}{" "}
      {state === "doing" ? (
        <Spinner size="tiny" label={words} className="step-doing" />
      ) : (
        <Badge appearance="tint" color={color}>
          {words}
        </Badge>
      )}
    </li>
  );
}

/** What went in without a word needs none. */
function sampledWithNews(sampled: NonNullable<Run["sampled"]>): NonNullable<Run["sampled"]> {
  return { ...sampled, lines: sampled.lines.filter(({ isValid, warnings }) => !isValid || warnings.length > 0) };
}
