import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("retryAndRelease");
