import { Button } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../api/api.ts";
import { Answered } from "./Answered.tsx";
import { VersionChanges } from "./VersionChanges.tsx";

interface Props {
  /** Whose version it is. */
  readonly of: readonly string[];
  readonly version: number;
  readonly load: (signal: AbortSignal) => Promise<Schemas["DefinitionChanges"]>;
  readonly close: () => void;
}

/** What a version of a definition changed, beside the list of its versions. */
export function ChangesPanel({ of, version, load, close }: Props) {
  const changes = useQuery({
    queryKey: [...of, "changes", version],
    // A version stays as it is.
    refetchInterval: false,
    queryFn: ({ signal }) => load(signal),
  });
  return (
    <section className="panel" aria-labelledby="changes">
      <h2 id="changes">What version {version} changed</h2>
      <Answered query={changes} what="the changes">
        {(found) => <VersionChanges of={found} />}
      </Answered>
      <p>
        <Button onClick={close}>Close</Button>
      </p>
    </section>
  );
}
