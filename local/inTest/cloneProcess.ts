// The service of a test that stands on a clone: its app is what the sources are now.
import path from "node:path";
import { ensureBuilt } from "../ensureBuilt.ts";
import { answerTest } from "./serviceProcess.ts";

answerTest(path.resolve(import.meta.dirname, "../.."), ensureBuilt);
