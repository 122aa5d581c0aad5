import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { read } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { Failure } from "../Failure.tsx";
import { countOf, countText } from "../figures.ts";
import type { Entity } from "../useNames.ts";
import { useSettled } from "../useSettled.ts";
import type { Filter } from "./filter.ts";

const typingMs = 400;

interface Props {
  readonly project: string;
  readonly entity: Entity;
  /** Whose records, where the entity keeps those of each company apart. */
  readonly company: string | undefined;
  /** Whose days a relative date means; UTC, where nothing says. */
  readonly timeZone?: string | undefined;
  readonly filter: Filter;
  /** Whether it can be asked for: not with criteria that are wrong, or half typed. */
  readonly isAsked: boolean;
}

/** How many records the criteria select as they are typed, before anybody saves them. */
export function SelectedCount({ project, entity, company, timeZone, filter, isAsked }: Props) {
  const api = useApi();
  const settledCompany = useSettled(entity.isPerCompany ? company : undefined, typingMs);
  const settled = useSettled(filter, typingMs);
  const { data, error } = useQuery({
    queryKey: ["count", project, entity.name, settled, settledCompany, timeZone],
    queryFn: async ({ signal }) =>
      read(
        await api.POST("/manage/api/projects/{name}/lines/{entity}/count", {
          params: { path: { name: project, entity: entity.name } },
          body: {
            filter: [...settled],
            ...(settledCompany !== undefined && { company: settledCompany }),
            ...(timeZone !== undefined && { timeZone }),
          },
          signal,
        }),
      ),
    enabled: isAsked && settled === filter && (!entity.isPerCompany || (settledCompany ?? "") !== ""),
    placeholderData: keepPreviousData,
    refetchInterval: false,
  });
  const isCurrent = isAsked && settled === filter;
  return (
    <>
      <strong role="status">
        {data && isCurrent && !error
          ? `${data.isWhole ? "" : "At least "}${countText(data.count)} of ${countOf(data.total, "record")} selected`
          : ""}
      </strong>
      {error && isCurrent && <Failure error={error} what="The records are not counted" />}
    </>
  );
}
