import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("earlierKey");
