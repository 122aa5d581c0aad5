import { sweepScenario } from "../sweepScenario.ts";

sweepScenario("likePackage");
