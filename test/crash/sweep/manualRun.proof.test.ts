import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("manualRun");
