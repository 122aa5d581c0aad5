import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("ownRun");
