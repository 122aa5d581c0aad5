import type { ReactNode } from "react";

interface Props {
  readonly title: string;
  /** What belongs there, and how to get it. */
  readonly children?: ReactNode;
}

/** Stands where nothing is yet. */
export function Empty({ title, children }: Props) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}
