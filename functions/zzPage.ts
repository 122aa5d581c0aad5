// GET, HEAD /manage, /manage/{*path}   the management page: its files, and its start for every view
import { app } from "@azure/functions";
import { pageFunction } from "../shared/app.ts";

// Behind every other route below manage/ in the alphabet of the functions' names, and before what no route takes.
app.http(...pageFunction("zzPage", "manage/{*path}"));
