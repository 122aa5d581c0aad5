import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("forgottenRun");
