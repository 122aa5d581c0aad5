import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("emptied");
