import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("heldUp");
