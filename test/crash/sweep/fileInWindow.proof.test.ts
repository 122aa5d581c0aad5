import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("fileInWindow");
