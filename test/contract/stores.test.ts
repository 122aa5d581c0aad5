import { memoryGround } from "../../shared/storage/ground/memory/memoryGround.ts";
import { storagePorts } from "../../shared/storage/storagePorts.ts";
import { storesContract } from "./storesContract.ts";
import { type OpenStores, noon } from "./storesHarness.ts";

async function openMemory(pageRowsMax: number): Promise<OpenStores> {
  let time = noon;
  const ground = memoryGround({ now: () => time, pageRowsMax });
  const advance = async (durationMs: number): Promise<void> => {
    time += durationMs;
  };
  const open = () => storagePorts(ground, { now: () => time });
  return { ground, stores: open(), others: open(), advance };
}

storesContract("memory", async () => openMemory(1000), 100);
storesContract("memory with pages cut short", async () => openMemory(2), 20);
