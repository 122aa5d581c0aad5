import { type ReactNode, useState } from "react";
import type { Draft, ListName } from "../../api/definitions.ts";
import { Empty } from "../Empty.tsx";
import { useMe } from "../Me.tsx";
import { ViewHead } from "../ViewHead.tsx";
import { Editor, type FormOf } from "./Editor.tsx";
import type { DefinitionKind } from "./kind.ts";
import "./definition.css";

interface Props<L extends ListName> {
  readonly kind: DefinitionKind<L>;
  readonly blank: Draft<L>;
  readonly form: (form: FormOf<L>) => ReactNode;
}

/** Where a definition of the kind is made. */
export function NewView<L extends ListName>({ kind, blank, form }: Props<L>) {
  const { mayManage } = useMe();
  const [initial] = useState(blank);
  return (
    <main className="view">
      <ViewHead title={`New ${kind.noun}`} crumbs={[{ to: `/${kind.list}`, text: kind.title }]} />
      {mayManage ? (
        <Editor kind={kind} initial={initial} form={form} />
      ) : (
        <Empty title="You read here">Somebody with the role Integration.Manage can make one.</Empty>
      )}
    </main>
  );
}
