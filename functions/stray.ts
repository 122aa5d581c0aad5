// any /{*path}   what no other route takes: 404, 405, or the route that is meant where a path has a slash too many
import { app } from "@azure/functions";
import { answerStray } from "../shared/app.ts";

// Hosts there are that try routes by the alphabet of their functions' names: none may come behind this one.
app.http("zzStray", {
  methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
  route: "{*path}",
  authLevel: "anonymous",
  handler: answerStray,
});
