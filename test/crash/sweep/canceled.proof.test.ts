import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("canceled");
