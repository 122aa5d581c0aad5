import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("deadExport");
