// The service of a test that has the package: its app came with it, beside the folder of this file.
import path from "node:path";
import { answerTest } from "./serviceProcess.ts";

answerTest(path.resolve(import.meta.dirname, "../service"), () => Promise.resolve());
