import { isSameName } from "../../domain/dataEntity.ts";
import { DomainError } from "../../domain/errors.ts";
import { escapeControls } from "../wireText.ts";
import type { EntityType, Property } from "./model.ts";

const shownCharactersMax = 60;

/** The property of that name, in any case; `invalid` where there is none, with what there is. */
export function findProperty(type: EntityType, name: string, option: string): Property {
  const property = type.properties.find((each) => isSameName(each.name, name.trim()));
  if (property) return property;
  const message =
    `there is no property "${escapeControls(name.trim(), shownCharactersMax)}". ` +
    `A ${type.name} has ${type.properties.map((each) => each.name).join(", ")}`;
  throw new DomainError("invalid", `${option}: ${message}.`, [{ path: option, message }]);
}
