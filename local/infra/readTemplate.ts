import { describe, isObject, type ValueObject } from "./armValues.ts";

/** The template in a text; throws when the text is something else. */
export function readTemplate(json: string): ValueObject {
  const template: ValueObject = JSON.parse(json);
  if (!isObject(template) || !/deploymentTemplate\.json/i.test(describe(template["$schema"]))) {
    throw new Error("This is no compiled template: its $schema is not that of a deployment.");
  }
  return template;
}
