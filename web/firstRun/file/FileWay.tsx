import { Spinner } from "@fluentui/react-components";
import { useState } from "react";
import { useExampleClient } from "../../parts/job/useExampleClient.ts";
import { FileToJob } from "./FileToJob.tsx";

/** A file becomes an entity, a project and a job; and the next file another one. */
export function FileWay() {
  const example = useExampleClient();
  const [round, setRound] = useState(0);
  if (example.isPending) return <Spinner className="starting" label="A moment …" />;
  return <FileToJob key={round} sender={example.data?.applicationId} again={() => setRound(round + 1)} />;
}
