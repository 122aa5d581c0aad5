import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("longStopAll");
