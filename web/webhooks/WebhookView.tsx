import { Editing } from "../parts/definition/Editing.tsx";
import { OneView } from "../parts/definition/OneView.tsx";
import { Deliveries } from "./Deliveries.tsx";
import { Secret } from "./Secret.tsx";
import { WebhookForm } from "./WebhookForm.tsx";
import { webhookKind } from "./webhookKind.tsx";

/** A webhook: what was sent to it, what it hears, and the secret that signs. */
export function Component() {
  return (
    <OneView
      kind={webhookKind}
      gone="Nothing more is sent to it, and what waits for it is given up."
      tabs={(stored) => [
        { name: "deliveries", text: "Deliveries", content: () => <Deliveries name={stored.value.name} /> },
        {
          name: "webhook",
          text: "Webhook",
          content: () => <Editing kind={webhookKind} stored={stored} form={(form) => <WebhookForm {...form} />} />,
        },
        { name: "secret", text: "Secret", content: () => <Secret name={stored.value.name} /> },
      ]}
    />
  );
}
