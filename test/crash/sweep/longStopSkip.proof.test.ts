import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("longStopSkip");
