import { type DragEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { chipId, StepChip } from "./StepChip.tsx";
import { groupsBy, moved, type Place, type Steps, stepText, type Target } from "./steps.ts";

interface Props {
  readonly steps: Steps;
  /** Absent for who may only look. */
  readonly change?: (steps: Steps) => void;
}

interface Moving {
  readonly drop: (target: Target) => void;
  readonly steps: Steps;
  readonly step: (entity: string, steps: Steps) => void;
  readonly isDragged: string | undefined;
  readonly drag: (entity: string | undefined) => void;
  readonly mayMove: boolean;
}

/** Units as boxes from left to right, their levels from top to bottom, and what runs side by side in one row. */
export function SequencePicture({ steps, change }: Props) {
  const [dragged, setDragged] = useState<string>();
  const [said, setSaid] = useState("");
  const held = useRef<string>(undefined);
  useEffect(() => {
    // What was moved by keys is drawn at another place, and goes on being moved from there.
    if (held.current !== undefined) document.getElementById(chipId(held.current))?.focus();
    held.current = undefined;
  }, [steps]);
  const say = (entity: string, next: Steps): void => {
    held.current = entity;
    const step = next[entity];
    if (step) setSaid(`${entity}: ${stepText(step)}`);
    change?.(next);
  };
  const moving: Moving = {
    steps,
    drop: (target) => dragged !== undefined && say(dragged, moved(steps, dragged, target)),
    step: say,
    isDragged: dragged,
    drag: setDragged,
    mayMove: change !== undefined,
  };
  const units = groupsBy(steps, Object.keys(steps), "executionUnit");
  const unitMax = units.at(-1)?.number ?? 0;
  return (
    <div role="region" className="wide sequence-picture" aria-label="Sequence as a picture" tabIndex={0}>
      {units.map(({ number, entities }) => (
        <section key={number} className="unit" aria-label={`Execution unit ${number}`}>
          <h2>Unit {shown(number)}</h2>
          <Levels unit={number} entities={entities} moving={moving} />
        </section>
      ))}
      {dragged !== undefined && (
        <Gap moving={moving} to={{ executionUnit: unitMax + 1, level: 1, sequence: 1, isBefore: false }}>
          New unit
        </Gap>
      )}
      <div role="status" className="by-ear">
        {said}
      </div>
    </div>
  );
}

interface LevelsProps {
  readonly unit: number;
  readonly entities: readonly string[];
  readonly moving: Moving;
}

function Levels({ unit, entities, moving }: LevelsProps) {
  const levels = groupsBy(moving.steps, entities, "level");
  const levelMax = levels.at(-1)?.number ?? 0;
  return (
    <>
      {levels.map(({ number, entities: inLevel }) => (
        <section key={number} className="level" aria-label={`Unit ${unit}, level ${number}`}>
          <h3>Level {shown(number)}</h3>
          <Sequences place={{ executionUnit: unit, level: number }} entities={inLevel} moving={moving} />
        </section>
      ))}
      {moving.isDragged !== undefined && (
        <Gap moving={moving} to={{ executionUnit: unit, level: levelMax + 1, sequence: 1, isBefore: false }}>
          New level
        </Gap>
      )}
    </>
  );
}

interface SequencesProps {
  readonly place: Omit<Place, "sequence">;
  readonly entities: readonly string[];
  readonly moving: Moving;
}

function Sequences({ place, entities, moving }: SequencesProps) {
  const rows = groupsBy(moving.steps, entities, "sequence");
  const last = rows.at(-1)?.number ?? 0;
  const gapTo = (sequence: number, isBefore: boolean): Target => ({ ...place, sequence, isBefore });
  const isDragging = moving.isDragged !== undefined;
  return (
    <ol className="sequences">
      {rows.map(({ number, entities: beside }) => (
        <li key={number}>
          {isDragging && <Gap moving={moving} to={gapTo(number, true)} />}
          <Beside moving={moving} to={gapTo(number, false)}>
            <span className="sequence-number">{shown(number)}</span>
            {beside.map((entity) => (
              <StepChip
                key={entity}
                entity={entity}
                steps={moving.steps}
                drag={moving.drag}
                {...(moving.mayMove && { change: (next: Steps) => moving.step(entity, next) })}
              />
            ))}
          </Beside>
        </li>
      ))}
      {isDragging && (
        <li>
          <Gap moving={moving} to={gapTo(last + 1, false)} />
        </li>
      )}
    </ol>
  );
}

interface DropProps {
  readonly moving: Moving;
  readonly to: Target;
  readonly children?: ReactNode;
}

/** Between two rows: what is dropped there runs by itself. */
function Gap({ moving, to, children }: DropProps) {
  return (
    <DropPlace className="gap" moving={moving} to={to}>
      {children}
    </DropPlace>
  );
}

/** A row: what is dropped there runs beside it. */
function Beside({ moving, to, children }: DropProps) {
  return (
    <DropPlace className="beside" moving={moving} to={to}>
      {children}
    </DropPlace>
  );
}

function DropPlace({ moving, to, className, children }: DropProps & { readonly className: string }) {
  const [isOver, setOver] = useState(false);
  const allow = (event: DragEvent): void => {
    if (moving.isDragged === undefined) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    <div
      className={isOver ? `${className} over` : className}
      onDragOver={allow}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        moving.drop(to);
        moving.drag(undefined);
      }}
    >
      {children}
    </div>
  );
}

/** Beside the picture somebody may be typing another number in this moment. */
function shown(number: number): string {
  return Number.isNaN(number) ? "…" : String(number);
}
