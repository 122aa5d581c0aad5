import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("layers");
