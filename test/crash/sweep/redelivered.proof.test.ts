import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("redelivered");
