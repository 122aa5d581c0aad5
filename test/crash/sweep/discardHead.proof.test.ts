import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("discardHead");
