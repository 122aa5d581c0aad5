import { Input, Textarea } from "@fluentui/react-components";
import { Member } from "./Problems.tsx";

interface Named {
  readonly name: string;
  readonly description?: string | undefined;
}

interface Props {
  readonly draft: Named;
  readonly change: (named: Partial<{ name: string; description: string }>) => void;
  /** What is stored keeps its name. */
  readonly isNew: boolean;
}

/** What a definition is called, and what it is for. */
export function NameFields({ draft: { name, description = "" }, change, isNew }: Props) {
  return (
    <>
      {isNew && (
        <Member path="name" label="Name" required>
          <Input value={name} onChange={(_, { value }) => change({ name: value })} />
        </Member>
      )}
      <Member path="description" label="Description">
        <Textarea value={description} onChange={(_, { value }) => change({ description: value })} />
      </Member>
    </>
  );
}
