import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("keyedFile");
