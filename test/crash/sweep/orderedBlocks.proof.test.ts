import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("orderedBlocks");
