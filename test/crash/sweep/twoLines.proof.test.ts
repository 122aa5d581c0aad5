import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("twoLines");
