import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("longStopOnce");
