import type { DataEntity, EntityField } from "../../shared/domain/dataEntity.ts";

// A composite entity as of the original: orders with their lines, and the charges of those.

const key = (name: string, type: EntityField["type"] = "string"): EntityField => ({
  name,
  type,
  isKey: true,
  isRequired: true,
});
const field = (name: string, type: EntityField["type"] = "string"): EntityField => ({
  name,
  type,
  isKey: false,
  isRequired: false,
});

export const orders: DataEntity = {
  name: "Orders",
  aotName: "DemoOrderHeaderEntity",
  isPerCompany: false,
  isChangeTracked: true,
  fields: [key("OrderId"), field("Account")],
  children: ["Order lines"],
};

export const orderLines: DataEntity = {
  name: "Order lines",
  aotName: "DemoOrderLineEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [key("OrderId"), key("LineNum", "real"), field("WidgetId"), field("Qty", "integer"), field("Due", "date")],
  children: ["Charges"],
  partOf: { entity: "Orders", relation: [{ field: "OrderId", parentField: "OrderId" }] },
};

export const charges: DataEntity = {
  name: "Charges",
  aotName: "DemoChargeEntity",
  isPerCompany: false,
  isChangeTracked: false,
  fields: [key("Order"), key("Line", "real"), key("Code"), field("Amount", "real")],
  partOf: {
    entity: "Order lines",
    relation: [
      { field: "Order", parentField: "OrderId" },
      { field: "Line", parentField: "LineNum" },
    ],
  },
};
