import { type ReactNode, useEffect } from "react";
import { PageLink } from "./PageLink.tsx";

interface Crumb {
  readonly to: string;
  readonly text: string;
}

interface Props {
  readonly title: string;
  /** Where the view belongs, the outermost first. */
  readonly crumbs?: readonly Crumb[];
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
}

/** The title of a view, which the tab of the browser bears as well, with the way back up and what one can do. */
export function ViewHead({ title, crumbs = [], facts, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Recurring integrations`;
  }, [title]);
  return (
    <div className="view-head">
      {crumbs.length > 0 && (
        <nav aria-label="Where this belongs" className="crumbs">
          {crumbs.map(({ to, text }) => (
            <PageLink key={to} to={to}>
              {text}
            </PageLink>
          ))}
        </nav>
      )}
      <h1>
        <bdi>{title}</bdi>
      </h1>
      {facts !== undefined && <div className="facts">{facts}</div>}
      {actions !== undefined && <div className="actions">{actions}</div>}
    </div>
  );
}
