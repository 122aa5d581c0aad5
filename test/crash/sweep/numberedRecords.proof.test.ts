import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("numberedRecords");
