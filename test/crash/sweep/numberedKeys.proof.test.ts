import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("numberedKeys");
