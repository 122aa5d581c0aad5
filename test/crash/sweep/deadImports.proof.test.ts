import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("deadImports");
