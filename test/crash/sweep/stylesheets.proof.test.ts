import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("stylesheets");
