import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("ownExport");
