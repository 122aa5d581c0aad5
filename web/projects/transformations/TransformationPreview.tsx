import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { Schemas } from "../../api/api.ts";
import { Answered } from "../../parts/Answered.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { sizeText } from "../../parts/figures.ts";
import { useMe } from "../../parts/Me.tsx";
import type { PanelProps } from "../line/panelProps.ts";
import { usePreview } from "../line/usePreview.ts";
import { PreviewFacts } from "../sample/PreviewFacts.tsx";
import { PreviewRows } from "../sample/PreviewRows.tsx";

const rowsMax = 20;

/** What the saved stylesheets make of the sample, step by step, down to its first rows. */
export function TransformationPreview({ isUnsaved, ...props }: PanelProps & { readonly isUnsaved: boolean }) {
  const { mayManage } = useMe();
  const preview = usePreview(props, { limit: rowsMax });
  if (!mayManage) return null;
  if (!props.line.sample) {
    return (
      <Empty title="There is no sample to try them on">Add one under Sample: a file as its sender writes it.</Empty>
    );
  }
  return (
    <section aria-label="Preview">
      <h2>Preview on {props.line.sample.fileName}</h2>
      {isUnsaved && <p className="faint">As saved: save to see what the order above makes of it.</p>}
      <Answered query={preview} what="the preview">
        {(answer) => (
          <>
            <div className="steps">
              {answer.stylesheets.map((step, index) => (
                <Step key={`${step.name} ${index}`} title={`After ${step.name}`} step={step} />
              ))}
            </div>
            <PreviewFacts preview={answer} />
            <PreviewRows preview={answer} />
          </>
        )}
      </Answered>
    </section>
  );
}

interface StepProps {
  readonly title: string;
  readonly step: Omit<Schemas["PreviewedStylesheet"], "name">;
}

function Step({ title, step: { document: text, sizeBytes, isCut, error } }: StepProps) {
  return (
    <section className="step" aria-label={title}>
      <h3>{title}</h3>
      {error !== undefined && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody className="prose">
            <MessageBarTitle>Nothing came out</MessageBarTitle> {error}
          </MessageBarBody>
        </MessageBar>
      )}
      {sizeBytes !== undefined && (
        <p className="faint">
          {sizeText(sizeBytes)}
          {isCut === true && ", of which this is the beginning"}
        </p>
      )}
      {text !== undefined && (
        <div role="region" className="document" tabIndex={0} aria-label={`${title}: document`}>
          <pre>{text}</pre>
        </div>
      )}
    </section>
  );
}
