import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("mended");
