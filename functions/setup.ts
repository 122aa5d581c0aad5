// Applies to the whole app: bodies stream in and out.
import { app } from "@azure/functions";

app.setup({ enableHttpStream: true });
