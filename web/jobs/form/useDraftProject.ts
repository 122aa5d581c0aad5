import { useQuery } from "@tanstack/react-query";
import { read, Refused } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { useSettled } from "../../parts/useSettled.ts";

const typingMs = 250;

/** The data project that somebody types; undefined where there is none of that name yet. */
export function useDraftProject(name: string) {
  const api = useApi();
  const settled = useSettled(name.trim(), typingMs);
  return useQuery({
    queryKey: ["projects", settled, "ofJob"],
    enabled: settled !== "",
    queryFn: async ({ signal }) => {
      const outcome = await api.GET("/manage/api/projects/{name}", { params: { path: { name: settled } }, signal });
      try {
        return read(outcome);
      } catch (error) {
        // Somebody is typing still; the check says so where it stays like that.
        if (error instanceof Refused && error.status === 404) return null;
        throw error;
      }
    },
    select: (found) => found ?? undefined,
  }).data;
}
