import { Button } from "@fluentui/react-components";
import { ArrowDownRegular, ArrowUpRegular, DismissRegular } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import { Empty } from "../../parts/Empty.tsx";
import { useMe } from "../../parts/Me.tsx";
import { definitionView } from "../../parts/definition/kind.ts";
import { PageLink } from "../../parts/PageLink.tsx";
import { CheckMessages } from "../line/CheckMessages.tsx";
import { inLine } from "../line/linePart.ts";
import type { PanelProps } from "../line/panelProps.ts";
import { problemsAt, useLineCheck } from "../line/useLineCheck.ts";
import { memberPart } from "../memberPart.ts";
import { NamePicker } from "../../parts/NamePicker.tsx";
import { PartForm } from "../PartForm.tsx";
import { usePart } from "../usePart.ts";
import { useStylesheets } from "../../parts/useNames.ts";
import { TransformationPreview } from "./TransformationPreview.tsx";

interface Applied {
  readonly stylesheets: readonly string[];
}

/** Transformations: the stylesheets that a file goes through, one after another, and what comes of its sample. */
export function Transformations(props: PanelProps) {
  const { stored, line } = props;
  const { mayManage } = useMe();
  const { data: names = [] } = useStylesheets();
  const part = memberPart<Applied>(
    {
      what: "The list of stylesheets",
      ...inLine<Applied>(
        line.entity,
        ({ stylesheets = [] }) => ({ stylesheets }),
        (before, { stylesheets }) => {
          const { stylesheets: _, ...rest } = before;
          return stylesheets.length === 0 ? rest : { ...rest, stylesheets: [...stylesheets] };
        },
      ),
    },
    (_, { stylesheets }) => ({ label: "Stylesheets in their order", content: stylesheets.join(", then ") || "None" }),
  );
  const editing = usePart(stored, part, { stylesheets: line.stylesheets ?? [] });
  const { stylesheets } = editing.part;
  const change = (next: readonly string[]): void => editing.change({ stylesheets: next });
  const check = useLineCheck(editing.draft, line.entity);
  return (
    <>
      <div className="panel">
        <PartForm editing={editing} part={part}>
          {stylesheets.length === 0 && (
            <Empty title="The file is taken as it comes">
              XML of another shape goes through <PageLink to="/stylesheets">stylesheets</PageLink> (XSLT 1.0) first.
            </Empty>
          )}
          <ol className="stylesheets">
            {stylesheets.map((name, index) => (
              <Applied
                // The same one may be applied twice.
                key={`${name} ${index}`}
                name={name}
                problem={problemsAt(check.problems, `stylesheets[${index}]`)}
                {...(mayManage && { move: (to) => change(moved(stylesheets, index, to)) })}
                isFirst={index === 0}
                isLast={index === stylesheets.length - 1}
              />
            ))}
          </ol>
          <CheckMessages check={check} isShown={(path) => path.startsWith("stylesheets[")} />
          {mayManage && (
            <NamePicker
              label="Add a stylesheet"
              names={names}
              name=""
              isRequired={false}
              choose={(name) => change([...stylesheets, name])}
            />
          )}
        </PartForm>
      </div>
      <TransformationPreview {...props} isUnsaved={editing.isUnsaved()} />
    </>
  );
}

type To = "up" | "down" | "out";

function moved(list: readonly string[], index: number, to: To): readonly string[] {
  const [one, other] = [list[index], list[to === "up" ? index - 1 : index + 1]];
  if (to === "out") return list.toSpliced(index, 1);
  return one !== undefined && other !== undefined
    ? list.with(index, other).with(to === "up" ? index - 1 : index + 1, one)
    : list;
}

interface AppliedProps {
  readonly name: string;
  readonly problem: string | undefined;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly move?: (to: To) => void;
}

function Applied({ name, problem, isFirst, isLast, move }: AppliedProps) {
  const button = (to: To, label: string, icon: ReactElement, isOff: boolean) => (
    <Button
      size="small"
      appearance="subtle"
      icon={icon}
      disabled={isOff}
      aria-label={`${label} ${name}`}
      onClick={() => move?.(to)}
    />
  );
  return (
    <li>
      <span className="row">
        <PageLink to={definitionView("stylesheets", name)}>
          <bdi>{name}</bdi>
        </PageLink>
        {move && (
          <span>
            {button("up", "Move up", <ArrowUpRegular />, isFirst)}
            {button("down", "Move down", <ArrowDownRegular />, isLast)}
            {button("out", "Take out", <DismissRegular />, false)}
          </span>
        )}
      </span>
      {problem !== undefined && <div className="problem prose">{problem}</div>}
    </li>
  );
}
