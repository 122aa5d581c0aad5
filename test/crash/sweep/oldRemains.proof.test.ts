import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("oldRemains");
