import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("monitored");
