import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("resetVersion");
