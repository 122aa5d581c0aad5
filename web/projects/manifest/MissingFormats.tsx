import { Field, Select } from "@fluentui/react-components";
import { useFormats } from "../../parts/useNames.ts";
import type { Draft, Manifest } from "./useManifest.ts";

/** Formats that the service does not have: each can be made like one that it has. */
export function MissingFormats({ of, draft }: { readonly of: Manifest; readonly draft: Draft }) {
  const { data: formats = [] } = useFormats();
  const { choice, change } = of;
  const choose = (name: string, like: string): void => {
    const { [name]: _before, ...others } = choice.likes;
    change({ likes: like === "" ? others : { ...others, [name]: like } });
  };
  return draft.missingFormats.map(({ name, likely }) => (
    <Field
      key={name}
      label={`Source data format “${name}” is not there: make it like`}
      hint={`By its name and its files it is most likely like ${likely}. It can be changed later, under Formats.`}
    >
      <Select value={choice.likes[name] ?? ""} onChange={(_, { value }) => choose(name, value)}>
        <option value="">None</option>
        {formats.map((each) => (
          <option key={each.name} value={each.name}>
            {each.name}
          </option>
        ))}
      </Select>
    </Field>
  ));
}
