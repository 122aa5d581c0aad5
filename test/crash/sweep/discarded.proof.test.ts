import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("discarded");
