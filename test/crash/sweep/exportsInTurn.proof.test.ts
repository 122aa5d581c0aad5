import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("exportsInTurn");
