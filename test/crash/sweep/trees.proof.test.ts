import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("trees");
