import { read, Refused, type Schemas } from "../../client/api.ts";
import type { Connection } from "../connection/connect.ts";
import { exitCodes } from "../exitCodes.ts";
import { failureOf } from "../failure.ts";
import type { Finding } from "./finding.ts";

/** No message has it. */
const nobody = "00000000-0000-4000-8000-000000000000";

/** Whether files can be exchanged with a job, by the application that the connector is asked as. */
export async function lookAtJob(
  { connector, manage }: Connection,
  activityId: string,
  applicationId: string | undefined,
  signal: AbortSignal,
): Promise<Finding> {
  const wrong = (what: string, mend: string): Finding => ({
    check: "job",
    is: "wrong",
    what,
    mend,
    exitCode: exitCodes.failed,
  });
  const outcome = await manage.GET("/manage/api/jobs/{activityId}", { params: { path: { activityId } }, signal });
  if (outcome.response.ok) {
    const job = read(outcome);
    if (!job.isEnabled) return wrong(`${job.name} is disabled`, "Enable it, on the page or in its definition.");
    const entry = listed(job, applicationId);
    if (entry?.isEnabled) return { check: "job", is: "well", what: `${job.name}: ${applicationId} is on its list` };
    const state = entry ? "disabled on" : "not on";
    return wrong(
      `${job.name}: ${applicationId} is ${state} its list`,
      "Set up its authorization policy: list the application and enable it.",
    );
  }
  if (outcome.response.status === 404) return wrong(`there is no job ${activityId}`, "Look at the activity id.");
  return askAsClient(connector, activityId, signal);
}

function listed({ applications }: Schemas["Job"], applicationId: string | undefined) {
  return applications.find((entry) => entry.applicationId.toLowerCase() === applicationId?.toLowerCase());
}

/** Without a role: by asking for a message that does not exist, which whoever is on the list is told. */
async function askAsClient(
  connector: Connection["connector"],
  activityId: string,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    const params = { path: { activityId }, query: { jobId: nobody } };
    read(await connector.GET("/api/connector/jobstatus/{activityId}", { params, signal }));
    return { check: "job", is: "well", what: "the application is on its list" };
  } catch (error) {
    const { message, exitCode } = failureOf(error, signal);
    if (error instanceof Refused && error.status === 404) {
      return { check: "job", is: "well", what: "the application is on its list" };
    }
    const mend = "Whoever manages the job can list the application, under Set up authorization policy.";
    return { check: "job", is: "wrong", what: message, mend, exitCode };
  }
}
