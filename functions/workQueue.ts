// queue work          one piece of work: run a job, import a message, export one, a piece of the upkeep
// queue work-poison   work that failed too often: its message is parked, so that somebody sees it
import { app } from "@azure/functions";
import { onWork } from "../shared/app.ts";
import { queueNames } from "../shared/storage/ground/names.ts";
import { abandonWork } from "../shared/usecases/work/abandonWork.ts";
import { doWork } from "../shared/usecases/work/doWork.ts";

app.storageQueue("work", {
  queueName: queueNames.work,
  connection: "DataStorage",
  handler: onWork(doWork),
});

app.storageQueue("workPoison", {
  queueName: queueNames.workPoison,
  connection: "DataStorage",
  handler: onWork(abandonWork),
});
