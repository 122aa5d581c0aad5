import { type ReactNode, useId } from "react";

interface Props {
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}

/** A part of the form under its heading. */
export function Part({ title, note, children }: Props) {
  const id = useId();
  return (
    <section className="panel form-part" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {note !== undefined && <p className="faint">{note}</p>}
      {children}
    </section>
  );
}
