import { useQuery } from "@tanstack/react-query";
import { readVersioned } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";

/** A recurring data job, with the ETag that a change of it must name. */
export function useJob(activityId: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["jobs", activityId],
    queryFn: async ({ signal }) =>
      readVersioned(await api.GET("/manage/api/jobs/{activityId}", { params: { path: { activityId } }, signal })),
  });
}
