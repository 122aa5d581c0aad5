import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("leftRuns");
