import customerGroups from "../../../examples/entities/customer-groups.json?raw";
import customers from "../../../examples/entities/customers.json?raw";
import releasedProducts from "../../../examples/entities/released-products.json?raw";
import vendors from "../../../examples/entities/vendors.json?raw";
import type { EntityDraft } from "../../parts/entity/entityDraft.ts";

/** What `examples/entities` holds; the service says whether they are sound, as of every definition. */
export const sampleEntities = [customerGroups, customers, vendors, releasedProducts].map((text): EntityDraft =>
  JSON.parse(text),
);
