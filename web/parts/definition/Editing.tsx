import type { ReactNode } from "react";
import type { ListName, Stored } from "../../api/definitions.ts";
import { useMe } from "../Me.tsx";
import { Editor, type FormOf } from "./Editor.tsx";
import type { DefinitionKind } from "./kind.ts";
import { MemberList } from "./MemberList.tsx";

interface Props<L extends ListName> {
  readonly kind: DefinitionKind<L>;
  readonly stored: Stored<L>;
  readonly form: (form: FormOf<L>) => ReactNode;
}

/** A stored definition: the form for who may change it, and what it says for everybody else. */
export function Editing<L extends ListName>({ kind, stored, form }: Props<L>) {
  const { mayManage } = useMe();
  if (!mayManage || stored.etag === "") return <MemberList kind={kind} value={stored.value} />;
  return <Editor kind={kind} initial={kind.draftOf(stored.value)} stored={stored} form={form} />;
}
