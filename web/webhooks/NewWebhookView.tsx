import { NewView } from "../parts/definition/NewView.tsx";
import { WebhookForm } from "./WebhookForm.tsx";
import { newWebhook, webhookKind } from "./webhookKind.tsx";

/** A new webhook. */
export function Component() {
  return <NewView kind={webhookKind} blank={newWebhook()} form={(form) => <WebhookForm {...form} />} />;
}
