import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("brokenUpload");
