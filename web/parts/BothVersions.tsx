import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Radio,
  RadioGroup,
} from "@fluentui/react-components";
import { type ReactNode, useState } from "react";

export interface VersionRow {
  readonly key: string;
  readonly label: string;
  readonly mine: ReactNode;
  readonly theirs: ReactNode;
  readonly suggested: "mine" | "theirs";
}

interface Props {
  /** "Somebody else saved the job Customer groups". */
  readonly title: string;
  /** Who saved it, and when. */
  readonly facts: ReactNode;
  readonly rows: readonly VersionRow[];
  /** Goes on with these members as the others have them, and the rest as one typed it. */
  readonly choose: (fromTheirs: ReadonlySet<string>) => void;
  readonly close: () => void;
}

/** Two people changed the same thing: both versions where they differ, and which one is to stay. */
export function BothVersions({ title, facts, rows, choose, close }: Props) {
  const [changed, setChanged] = useState<Readonly<Record<string, "mine" | "theirs">>>({});
  const sideOf = ({ key, suggested }: VersionRow): "mine" | "theirs" => changed[key] ?? suggested;
  const go = (): void => choose(new Set(rows.filter((row) => sideOf(row) === "theirs").map(({ key }) => key)));
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface className="wide-dialog">
        <DialogBody>
          <DialogTitle className="wrap">{title}</DialogTitle>
          <DialogContent>
            <p>{facts} Nothing of what you typed is lost: choose what is to stay, and save then.</p>
            {rows.length === 0 && <p>Both versions say the same.</p>}
            {rows.map((row) => (
              <fieldset key={row.key} className="versions">
                <legend>{row.label}</legend>
                <RadioGroup
                  aria-label={row.label}
                  value={sideOf(row)}
                  onChange={(_, { value }) =>
                    setChanged({ ...changed, [row.key]: value === "theirs" ? "theirs" : "mine" })
                  }
                >
                  <Radio value="mine" label={<Side name="Yours">{row.mine}</Side>} />
                  <Radio value="theirs" label={<Side name="Theirs">{row.theirs}</Side>} />
                </RadioGroup>
              </fieldset>
            ))}
          </DialogContent>
          <DialogActions>
            <Button onClick={close}>Not now</Button>
            <Button appearance="primary" onClick={go}>
              Go on with these
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Side({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <span className="side">
      <strong>{name}</strong> <span className="prose">{children}</span>
    </span>
  );
}
