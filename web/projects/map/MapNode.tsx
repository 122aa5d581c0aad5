import { Button } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import { type DragEvent, useState } from "react";

interface Props {
  readonly name: string;
  readonly facts: string;
  readonly isChosen?: boolean;
  readonly isRequired?: boolean;
  readonly isMissing?: boolean;
  readonly press?: () => void;
  /** What others get that it is dropped on. */
  readonly dragAs?: string;
  readonly drop?: (what: string) => void;
  readonly remove?: () => void;
}

/** A column or a field in the picture of a map. */
export function MapNode({ name, facts, isChosen, isRequired, isMissing, press, dragAs, drop, remove }: Props) {
  const { isOver, dragging } = useDragging(dragAs, drop);
  const text = (
    <>
      {isRequired === true && (
        <span className="required" aria-hidden>
          *
        </span>
      )}
      <bdi className="map-name">{name}</bdi> {isRequired === true && <span className="by-ear">required </span>}
      {facts !== "" && <span className="faint map-facts">{facts}</span>}
    </>
  );
  const label = [name, isRequired === true && "required", facts]
    .filter((part) => part !== false && part !== "")
    .join(", ");
  return (
    <li
      className={["map-node", isMissing === true && "missing", isOver && "over"].filter(Boolean).join(" ")}
      title={label}
      {...dragging}
    >
      {press ? (
        <button
          type="button"
          className="map-press"
          {...(dragAs !== undefined && { "aria-pressed": isChosen === true })}
          onClick={press}
        >
          {text}
        </button>
      ) : (
        <span className="map-press">{text}</span>
      )}
      {remove && (
        <Button
          size="small"
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={`Disconnect ${name}`}
          onClick={remove}
        />
      )}
    </li>
  );
}

/** What a node is for the pointer: whoever has none presses the buttons. */
function useDragging(dragAs: string | undefined, drop: ((what: string) => void) | undefined) {
  const [isOver, setOver] = useState(false);
  const dragging = {
    draggable: dragAs !== undefined,
    onDragStart: (event: DragEvent) => dragAs !== undefined && event.dataTransfer.setData("text/plain", dragAs),
    onDragOver: (event: DragEvent) => {
      if (!drop) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      const what = event.dataTransfer.getData("text/plain");
      if (what !== "") drop?.(what);
    },
  };
  return { isOver, dragging };
}
