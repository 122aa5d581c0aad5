import { useParams, useSearchParams } from "react-router";
import "./projects.css";
import { NewProject } from "./NewProject.tsx";
import { ProjectView } from "./ProjectView.tsx";

/** A data project, or a new one: a project may itself be called "new", but has no direction in its address. */
export function Component() {
  const { name = "" } = useParams();
  const [search] = useSearchParams();
  return name === "new" && search.has("direction") ? <NewProject /> : <ProjectView key={name} name={name} />;
}
