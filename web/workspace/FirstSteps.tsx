import { useQuery } from "@tanstack/react-query";
import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { Empty } from "../parts/Empty.tsx";
import { useMe } from "../parts/Me.tsx";
import { PageLink } from "../parts/PageLink.tsx";

const emptyPollMs = 5_000;

const ways = [
  {
    to: "/start",
    title: "Drop a file",
    text: "Its entity, a project and a job are made of it, with the curl line that sends the next one. A minute.",
  },
  {
    to: "/start?tab=package",
    title: "Import a data package",
    text: "The manifest of a package of Dynamics 365 says what a project holds.",
  },
  {
    to: "/start?tab=samples",
    title: "Load the sample entities",
    text: "Customers, vendors and products as Dynamics 365 knows them, ready for files.",
  },
];

/** Where nothing is yet: three ways in. */
export function FirstSteps() {
  const { mayManage } = useMe();
  if (!useIsEmpty()) return null;
  if (!mayManage) {
    return (
      <Empty title="Nothing is set up here yet">
        Somebody with the role Integration.Manage makes the first project and job, and you see here what they do.
      </Empty>
    );
  }
  return (
    <section aria-labelledby="first-steps">
      <h2 id="first-steps">Begin here</h2>
      <ul className="ways">
        {ways.map(({ to, title, text }) => (
          <li key={to} className="panel">
            <h3 className="card-title">
              <PageLink to={to}>{title}</PageLink>
            </h3>
            <p>{text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whether there is neither a job nor a project; once there is one, nobody asks again. */
function useIsEmpty(): boolean {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ["is-empty"],
    refetchInterval: ({ state }) => state.data === true && emptyPollMs,
    queryFn: async ({ signal }) => {
      const params = { query: { limit: 1 } };
      if (read(await api.GET("/manage/api/jobs", { params, signal })).items.length > 0) return false;
      return read(await api.GET("/manage/api/projects", { params, signal })).items.length === 0;
    },
  });
  return data === true;
}
