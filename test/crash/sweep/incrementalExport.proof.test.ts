import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("incrementalExport");
