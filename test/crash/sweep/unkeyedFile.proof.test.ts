import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("unkeyedFile");
