import customerGroups from "../../../examples/definitions/entities/customer-groups.json?raw";
import customers from "../../../examples/definitions/entities/customers.json?raw";
import releasedProducts from "../../../examples/definitions/entities/released-products.json?raw";
import vendorGroups from "../../../examples/definitions/entities/vendor-groups.json?raw";
import vendors from "../../../examples/definitions/entities/vendors.json?raw";
import type { EntityDraft } from "../../parts/entity/entityDraft.ts";

/** Of `examples/definitions`, those that need no others, in the order of what they look up; the service says whether they are sound, as of every definition. */
export const sampleEntities = [customerGroups, customers, vendorGroups, vendors, releasedProducts].map(
  (text): EntityDraft => {
    const { $schema: _schema, ...entity } = JSON.parse(text);
    return entity;
  },
);
