// Applies to the whole app: bodies stream in and out, and telemetry is sent before an instance goes.
import { app } from "@azure/functions";
import { stopTelemetry } from "../shared/app.ts";

app.setup({ enableHttpStream: true });
app.hook.appTerminate(stopTelemetry);
