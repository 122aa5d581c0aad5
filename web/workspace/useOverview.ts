import { useQuery } from "@tanstack/react-query";
import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { zoneName } from "../parts/days.ts";
import { useZone } from "../parts/Zone.tsx";

/** Where the messages and runs of all jobs stand; today is the viewer's. */
export function useOverview() {
  const api = useApi();
  const timeZone = zoneName(useZone().zone);
  return useQuery({
    queryKey: ["overview", timeZone],
    queryFn: async ({ signal }) =>
      read(await api.GET("/manage/api/overview", { params: { query: { timeZone } }, signal })),
  });
}
