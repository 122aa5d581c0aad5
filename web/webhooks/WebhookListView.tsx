import { Badge } from "@fluentui/react-components";
import { ListView } from "../parts/definition/ListView.tsx";
import { eventNames, webhookKind } from "./webhookKind.tsx";

/** The webhooks. */
export function Component() {
  return (
    <ListView
      kind={webhookKind}
      about="A webhook tells another program, by a call, what happened here: that a file was processed, or a package is ready."
      columns={[
        { name: "Address", width: "minmax(14rem, 2fr)", cell: ({ url }) => <bdi className="wrap">{url}</bdi> },
        {
          name: "Events",
          width: "minmax(12rem, 2fr)",
          cell: ({ events }) => events.map((event) => eventNames[event]).join(", "),
        },
        {
          name: "Enabled",
          width: "8rem",
          cell: ({ isEnabled }) => (
            <Badge appearance="tint" color={isEnabled ? "success" : "subtle"}>
              {isEnabled ? "Enabled" : "Disabled"}
            </Badge>
          ),
        },
      ]}
    />
  );
}
