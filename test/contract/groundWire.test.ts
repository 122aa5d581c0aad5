import { expect, test } from "vitest";
import { toEntity } from "../../shared/storage/ground/azure/tableEntity.ts";

// Azurite takes numbers that the service refuses, so what is sent is looked at here.
test("numbers go to the service as types that hold them exactly", () => {
  const entity = toEntity(
    "p",
    "r",
    { most: 2 ** 31 - 1, least: -(2 ** 31), more: 2 ** 31, less: -(2 ** 31) - 1, half: 0.5 },
    "w",
  );

  expect(entity).toEqual({
    partitionKey: "p",
    rowKey: "r",
    groundwriter: "w",
    most: 2_147_483_647,
    least: -2_147_483_648,
    more: 2_147_483_648n,
    less: -2_147_483_649n,
    half: { type: "Double", value: 0.5 },
  });
});
