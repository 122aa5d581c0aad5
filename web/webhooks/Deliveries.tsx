import { Badge, type BadgeProps, Button } from "@fluentui/react-components";
import { read, type Schemas } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { usePages } from "../api/usePages.ts";
import { Answered } from "../parts/Answered.tsx";
import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Failure } from "../parts/Failure.tsx";
import { FilterChoice } from "../parts/FilterChoice.tsx";
import { Freshness } from "../parts/Freshness.tsx";
import { ForManagers } from "../parts/Me.tsx";
import { Time } from "../parts/Time.tsx";
import { useFilters } from "../parts/useFilters.ts";

type Delivery = Schemas["WebhookDelivery"];

const states: Readonly<Record<Delivery["state"], readonly [text: string, color: NonNullable<BadgeProps["color"]>]>> = {
  pending: ["Pending", "informative"],
  delivered: ["Delivered", "success"],
  failed: ["Failed", "danger"],
};
const choices = Object.entries(states).map(([state, [text]]) => [state, text] as const);
const stateNames = ["pending", "delivered", "failed"] as const;
const keyOf = ({ id }: Delivery): string => id;

/** What was sent to the webhook or waits for it, the newest first; a test, and the same once more. */
export function Deliveries({ name }: { readonly name: string }) {
  const api = useApi();
  const [search, set] = useFilters();
  const state = stateNames.find((each) => each === search.get("state"));
  const { query, items, more, hasMore } = usePages(
    ["webhooks", name, "deliveries", state],
    async (continuation, signal) => {
      const asked = { limit: 50, ...(state && { state }), ...(continuation !== undefined && { continuation }) };
      const params = { path: { name }, query: asked };
      return read(await api.GET("/manage/api/webhooks/{name}/deliveries", { params, signal }));
    },
  );
  return (
    <>
      <div className="row list-head">
        <FilterChoice
          label="State"
          value={state ?? ""}
          all="All"
          options={choices}
          choose={(value) => set("state", value)}
        />
        <ForManagers>
          <Test name={name} />
        </ForManagers>
      </div>
      <Answered query={query} what="the deliveries">
        {() => (
          <>
            <Freshness of={query} />
            <DataTable
              label="Deliveries"
              columns={columnsOf(name)}
              rows={items}
              keyOf={keyOf}
              more={more}
              hasMore={hasMore}
              empty={<Empty title="Nothing was sent yet">Send a test, or wait for an event that it hears.</Empty>}
            />
          </>
        )}
      </Answered>
    </>
  );
}

function columnsOf(webhook: string): readonly Column<Delivery>[] {
  return [
    { name: "Happened", width: "12rem", cell: ({ at }) => <Time at={at} /> },
    { name: "Event", width: "11rem", cell: ({ type }) => type },
    { name: "State", width: "8rem", cell: ({ state }) => <StateOf state={state} /> },
    { name: "Tries", width: "5rem", isNumber: true, cell: ({ tries }) => tries },
    { name: "Next try", width: "12rem", cell: ({ dueAt }) => <Time at={dueAt} /> },
    { name: "Last answer", width: "minmax(14rem, 2fr)", cell: ({ lastTries }) => <LastTry of={lastTries.at(-1)} /> },
    {
      name: "Again",
      width: "9rem",
      cell: ({ id }) => (
        <ForManagers>
          <Resend webhook={webhook} id={id} />
        </ForManagers>
      ),
    },
  ];
}

function StateOf({ state }: Pick<Delivery, "state">) {
  const [text, color] = states[state];
  return (
    <Badge appearance="tint" color={color}>
      {text}
    </Badge>
  );
}

function LastTry({ of: last }: { readonly of: Delivery["lastTries"][number] | undefined }) {
  if (!last) return null;
  return (
    <span className="prose">
      {last.status !== undefined && `${last.status} `}
      {last.failure}
    </span>
  );
}

function Test({ name }: { readonly name: string }) {
  const api = useApi();
  const test = useChange(async () =>
    read(await api.POST("/manage/api/webhooks/{name}/test", { params: { path: { name } } })),
  );
  return (
    <>
      <Button size="small" disabledFocusable={test.isPending} onClick={() => test.mutate(undefined)}>
        Send a test
      </Button>
      {test.error && <Failure error={test.error} what="No test is sent" />}
    </>
  );
}

function Resend({ webhook, id }: { readonly webhook: string; readonly id: string }) {
  const api = useApi();
  const resend = useChange(async () => {
    const params = { path: { name: webhook, id } };
    return read(await api.POST("/manage/api/webhooks/{name}/deliveries/{id}/resend", { params }));
  });
  return (
    <>
      <Button
        size="small"
        aria-label={`Send again ${id}`}
        disabledFocusable={resend.isPending}
        onClick={() => resend.mutate(undefined)}
      >
        Send again
      </Button>
      {resend.error && <Failure error={resend.error} what="Not sent again" />}
    </>
  );
}
