import { isRouteErrorResponse, useRouteError } from "react-router";
import { Empty } from "../parts/Empty.tsx";
import { Failure } from "../parts/Failure.tsx";
import { PageLink } from "../parts/PageLink.tsx";

/** An address that is none of the page's. */
export function NothingHere() {
  return (
    <main className="view">
      <Empty title="There is no such view">
        Go to the <PageLink to="/">workspace</PageLink>, where everything begins.
      </Empty>
    </main>
  );
}

/** A view that broke, or whose code did not come; the rest of the page stays. */
export function ViewFailed() {
  const error = useRouteError();
  const shown = isRouteErrorResponse(error) ? new Error(error.statusText) : error;
  return (
    <main className="view">
      <Failure error={shown} what="This view cannot be shown" retry={() => location.reload()} />
    </main>
  );
}
