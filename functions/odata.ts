// GET /data                         what is served here, as OData 4.0
// GET /data/$metadata               its description, for clients that read any such service
// GET /data/{set}                   the entities of a set, and /{set}/$count how many
// GET /data/{set}({key})            one of them
// POST /data/{set}                  make a data project, or a line of one
// PATCH, DELETE /data/{set}({key})  change or remove it
// POST /data/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.{action}
//                                   import, export, and ask what became of it
// All also under /{language}/ and under /namespaces/{namespace}/, such as AXSF.
import { app } from "@azure/functions";
import { odataFunctions } from "../shared/app.ts";

for (const [name, options] of odataFunctions()) app.http(name, options);
