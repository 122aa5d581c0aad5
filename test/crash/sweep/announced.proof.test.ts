import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("announced");
