import { Checkbox } from "@fluentui/react-components";
import { NumberInput } from "../../parts/NumberInput.tsx";
import { type Place, type Step, type Steps } from "./steps.ts";

interface Props {
  readonly steps: Steps;
  /** Absent for who may only look. */
  readonly change?: (steps: Steps) => void;
}

const numbers: readonly (readonly [keyof Place, string])[] = [
  ["executionUnit", "Execution unit"],
  ["level", "Level in execution unit"],
  ["sequence", "Sequence in level"],
];
const stops = [
  ["failLevelOnError", "Fail level on error"],
  ["failUnitOnError", "Fail execution unit on error"],
] as const;

/** The sequence as a table. */
export function SequenceNumbers({ steps, change }: Props) {
  const set = (entity: string, step: Step): void => change?.({ ...steps, [entity]: step });
  return (
    <div role="region" className="wide panel" aria-label="Sequence as numbers" tabIndex={0}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Entity</th>
            {[...numbers, ...stops].map(([key, label]) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Object.entries(steps).map(([entity, step]) => (
            <tr key={entity}>
              <th scope="row" className="wrap">
                <bdi>{entity}</bdi>
              </th>
              {numbers.map(([key, label]) => (
                <td key={key}>
                  <NumberInput
                    aria-label={`${label} of ${entity}`}
                    readOnly={!change}
                    number={step[key]}
                    change={(number) => set(entity, { ...step, [key]: number })}
                  />
                </td>
              ))}
              {stops.map(([key, label]) => (
                <td key={key}>
                  <Checkbox
                    aria-label={`${label}: ${entity}`}
                    disabled={!change}
                    checked={step[key]}
                    onChange={(_, { checked }) => set(entity, { ...step, [key]: checked === true })}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
