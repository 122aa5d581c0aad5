import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("parkedImport");
