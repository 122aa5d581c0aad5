// timer processingTick   starts the jobs whose processing recurrence is due
// timer monitoringTick   measures the load of jobs, and takes load samples of those whose monitoring recurrence is due
// timer upkeep           points at stuck work, and sends what keeps the service in order as work
// While the service drains they run and start nothing; load is measured all the same.
import { app } from "@azure/functions";
import { onTimer } from "../shared/app.ts";
import { keepUp } from "../shared/usecases/upkeep/keepUp.ts";
import { watchLoad } from "../shared/usecases/load/watchLoad.ts";
import { unlessDraining } from "../shared/usecases/work/unlessDraining.ts";
import { startDueJobs } from "../shared/usecases/recurrence/startDueJobs.ts";

app.timer("processingTick", { schedule: "%ProcessingSchedule%", handler: onTimer(unlessDraining(startDueJobs)) });
app.timer("monitoringTick", { schedule: "%MonitoringSchedule%", handler: onTimer(watchLoad) });
app.timer("upkeep", { schedule: "%UpkeepSchedule%", handler: onTimer(unlessDraining(keepUp)) });
