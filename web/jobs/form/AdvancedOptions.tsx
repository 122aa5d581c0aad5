import {
  Accordion,
  AccordionHeader,
  AccordionItem,
  AccordionPanel,
  Input,
  Radio,
  RadioGroup,
} from "@fluentui/react-components";
import { useState } from "react";
import { NumberInput } from "../../parts/NumberInput.tsx";
import { DraftField, useDrafting } from "../../parts/job/Drafting.tsx";
import { ExportOptions } from "./ExportOptions.tsx";
import { ImportOptions } from "./ImportOptions.tsx";

const members = [
  "source",
  "company",
  "onHeadError",
  "misfirePolicy",
  "attemptsMax",
  "visibilityMinutes",
  "duplicateWindowMinutes",
  "ackWithoutDownload",
];

/** What most jobs leave as it is, but for what kind of file comes. */
export function AdvancedOptions() {
  const { draft, problemAt } = useDrafting();
  const [isOpen, setOpen] = useState(false);
  const hasProblem = members.some((member) => problemAt(member) !== undefined);
  return (
    <Accordion
      className="panel advanced"
      collapsible
      openItems={isOpen || hasProblem ? ["advanced"] : []}
      onToggle={() => setOpen(!isOpen)}
    >
      <AccordionItem value="advanced">
        <AccordionHeader as="h2">Advanced options</AccordionHeader>
        <AccordionPanel className="form-part">
          {draft.direction === "import" ? <ImportOptions /> : <ExportOptions />}
          <SharedOptions />
        </AccordionPanel>
      </AccordionItem>
    </Accordion>
  );
}

function SharedOptions() {
  const { draft, change } = useDrafting();
  const { company = "", misfirePolicy = "once", attemptsMax = NaN } = draft;
  const choosePolicy = (value: string): void => {
    if (value === "once" || value === "all" || value === "skip") change({ misfirePolicy: value });
  };
  return (
    <>
      <DraftField path="company" label="Company" hint="The legal entity whose records the job moves.">
        <Input value={company} onChange={(_, { value }) => change({ company: value })} />
      </DraftField>
      <DraftField path="misfirePolicy" label="Due times that were missed while nothing ran">
        <RadioGroup value={misfirePolicy} onChange={(_, { value }) => choosePolicy(value)}>
          <Radio value="once" label="One run makes up for all of them" />
          <Radio value="all" label="Each of them runs" />
          <Radio value="skip" label="They are left out" />
        </RadioGroup>
      </DraftField>
      <DraftField
        path="attemptsMax"
        label="Attempts"
        hint="How often a message may fail by its own fault before it is parked for somebody to look at."
      >
        <NumberInput number={attemptsMax} change={(next) => change({ attemptsMax: next })} />
      </DraftField>
    </>
  );
}
