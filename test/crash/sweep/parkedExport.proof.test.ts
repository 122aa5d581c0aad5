import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("parkedExport");
