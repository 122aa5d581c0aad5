import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("retriedExport");
