import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("orderedGoesOn");
