import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("givenUp");
