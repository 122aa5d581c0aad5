import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("sentPackage");
