import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("keyedPackage");
