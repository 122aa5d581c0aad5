import { Field, Input } from "@fluentui/react-components";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read } from "../../api/api.ts";
import { useApi } from "../../api/ApiContext.tsx";
import { Failure } from "../../parts/Failure.tsx";
import { countOf, countText } from "../../parts/figures.ts";
import { useSettled } from "../../parts/useSettled.ts";
import type { PanelProps } from "../line/panelProps.ts";
import { useCompany } from "../line/usePreview.ts";
import type { Filter } from "./filterPart.ts";

const typingMs = 400;

interface Props extends PanelProps {
  readonly filter: Filter;
  /** Whether it can be asked for: not with criteria that are wrong, or half typed. */
  readonly isAsked: boolean;
}

/** How many records the criteria select as they are typed, before anybody saves them. */
export function SelectedCount({ stored, line, entity, filter, isAsked }: Props) {
  const api = useApi();
  const usual = useCompany({ stored, entity });
  const [typed, setTyped] = useState<string>();
  const company = useSettled(entity.isPerCompany ? (typed ?? usual) : undefined, typingMs);
  const settled = useSettled(filter, typingMs);
  const { data, error } = useQuery({
    queryKey: ["count", stored.value.name, line.entity, settled, company],
    queryFn: async ({ signal }) =>
      read(
        await api.POST("/manage/api/projects/{name}/lines/{entity}/count", {
          params: { path: { name: stored.value.name, entity: line.entity } },
          body: { filter: [...settled], ...(company !== undefined && { company }) },
          signal,
        }),
      ),
    enabled: isAsked && settled === filter && (!entity.isPerCompany || (company ?? "") !== ""),
    placeholderData: keepPreviousData,
    refetchInterval: false,
  });
  const isCurrent = isAsked && settled === filter;
  return (
    <div className="row selected-count">
      {entity.isPerCompany && (
        <Field label="Company">
          <Input
            className="number-input"
            value={typed ?? usual ?? ""}
            maxLength={4}
            onChange={(_, { value }) => setTyped(value.toUpperCase())}
          />
        </Field>
      )}
      <strong role="status">
        {data && isCurrent && !error
          ? `${data.isWhole ? "" : "At least "}${countText(data.count)} of ${countOf(data.total, "record")} selected`
          : ""}
      </strong>
      {error && isCurrent && <Failure error={error} what="The records are not counted" />}
    </div>
  );
}
