import type { Definition, ListName } from "../../api/definitions.ts";
import type { DefinitionKind } from "./kind.ts";

interface Props<L extends ListName> {
  readonly kind: DefinitionKind<L>;
  readonly value: Definition<L>;
}

/** What a definition says, for who may not change it. */
export function MemberList<L extends ListName>({ kind, value }: Props<L>) {
  return (
    <dl className="pairs panel">
      {Object.entries(kind.membersOf(kind.draftOf(value))).map(([member, content]) => {
        const shown = kind.show(member, content);
        return (
          <div key={member} className="pair">
            <dt>
              <bdi>{shown.label}</bdi>
            </dt>
            <dd>{shown.content}</dd>
          </div>
        );
      })}
    </dl>
  );
}
