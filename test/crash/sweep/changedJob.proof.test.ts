import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("changedJob");
