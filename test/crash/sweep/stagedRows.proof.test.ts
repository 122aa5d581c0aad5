import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("stagedRows");
