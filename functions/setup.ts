// Applies to the whole app: bodies stream in and out, each call has its request or ends, and telemetry is sent before an instance goes.
import { app } from "@azure/functions";
import { checkCalls, makeQueues, stopTelemetry } from "../shared/app.ts";

app.setup({ enableHttpStream: true });
checkCalls();
app.hook.appStart(makeQueues);
app.hook.appTerminate(stopTelemetry);
