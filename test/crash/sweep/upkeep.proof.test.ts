import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("upkeep");
