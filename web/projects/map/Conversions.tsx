import { Button, Input } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import type { Schemas } from "../../api/api.ts";

type Conversion = Schemas["ValueConversion"];

interface Props {
  readonly isExport: boolean;
  readonly conversions: readonly Conversion[];
  readonly change: (conversions: readonly Conversion[]) => void;
}

/** Value conversion: exact texts of the file, and the values that they mean. */
export function Conversions({ isExport, conversions, change }: Props) {
  const set = (index: number, next: Conversion): void => change(conversions.with(index, next));
  return (
    <fieldset className="sub">
      <legend>Value conversion</legend>
      <p className="faint">
        {isExport
          ? "The value becomes the text of the file."
          : "The text of the file, exactly as it stands there, becomes the value."}
      </p>
      {conversions.map((conversion, index) => (
        // They have no name but their place.
        <div key={index} className="row">
          <Input
            aria-label={`Text ${index + 1} of the file`}
            value={conversion.source}
            onChange={(_, { value }) => set(index, { ...conversion, source: value })}
          />
          <span aria-hidden>{isExport ? "←" : "→"}</span>
          <Input
            aria-label={`Value ${index + 1}`}
            value={conversion.value}
            onChange={(_, { value }) => set(index, { ...conversion, value })}
          />
          <Button
            appearance="subtle"
            icon={<DismissRegular />}
            aria-label={`Remove conversion ${index + 1}`}
            onClick={() => change(conversions.toSpliced(index, 1))}
          />
        </div>
      ))}
      <Button size="small" onClick={() => change([...conversions, { source: "", value: "" }])}>
        Add a conversion
      </Button>
    </fieldset>
  );
}
