import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("deletedJob");
