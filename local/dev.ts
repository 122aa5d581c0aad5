// Serves the page from its sources while somebody works on it: a change shows at once. What the page asks goes to the
// service that runs beside it (npm start).   npm run dev [-- --service http://localhost:7071]
import path from "node:path";
import { parseArgs } from "node:util";
import { createServer } from "vite";
import { writeApiTypes } from "./apiTypes.ts";
import { pageServerOrigin } from "./issuer/applications.ts";
import { pageConfig } from "./pageConfig.ts";

const root = path.dirname(import.meta.dirname);

const { values } = parseArgs({ options: { service: { type: "string", default: "http://localhost:7071" } } });
const isThere = await fetch(`${values.service}/healthz`).then(
  ({ ok }) => ok,
  () => false,
);
if (!isThere) {
  console.error(`There is no service at ${values.service}. Run npm start in another terminal, or say --service <URL>.`);
  process.exit(1);
}
await writeApiTypes(root);
// The host stays the page's own; people sign in at the service and come back here.
const toService = { target: values.service, changeOrigin: false };
const server = await createServer({
  ...pageConfig(root),
  server: {
    port: Number(new URL(pageServerOrigin).port),
    strictPort: true,
    host: "localhost",
    proxy: { "/manage/api": toService },
  },
});
await server.listen();
console.log(`The page of ${values.service}, as its sources are: ${pageServerOrigin}/manage/`);
