import { Empty } from "../parts/Empty.tsx";
import { PageLink } from "../parts/PageLink.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";

/** Where the sign-out ends. */
export function SignedOut() {
  return (
    <main className="view">
      <ViewHead title="You are signed out" />
      <Empty title="Nothing of the service is left in this window">
        <PageLink to="/">Sign in again</PageLink>
      </Empty>
    </main>
  );
}
