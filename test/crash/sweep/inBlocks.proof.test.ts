import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("inBlocks");
