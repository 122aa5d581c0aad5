import { isRouteErrorResponse, useRouteError } from "react-router";
import { Failure } from "../parts/Failure.tsx";
import { PageLink } from "../parts/PageLink.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";

/** An address that is none of the page's. */
export function NothingHere() {
  return (
    <main className="view">
      <ViewHead title="There is no such view" />
      <p>
        Go to the <PageLink to="/">workspace</PageLink>, where everything begins.
      </p>
    </main>
  );
}

/** A view that broke, or whose code did not come; the rest of the page stays. */
export function ViewFailed() {
  const error = useRouteError();
  const shown = isRouteErrorResponse(error) ? new Error(error.statusText) : error;
  return (
    <main className="view">
      <ViewHead title="Something is wrong" />
      <Failure error={shown} what="This view cannot be shown" retry={() => location.reload()} />
    </main>
  );
}
