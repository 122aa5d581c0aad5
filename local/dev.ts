// Serves the page from its sources while somebody works on it: a change shows at once. What the page asks goes to the
// service that runs beside it (npm start).   npm run dev [-- --service http://localhost:7071]
import path from "node:path";
import { parseArgs } from "node:util";
import { createServer, type Plugin, type ProxyOptions } from "vite";
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
const toService: ProxyOptions = {
  target: values.service,
  // The host stays the page's own; people sign in at the service and come back here.
  changeOrigin: false,
  // The sources in web/api have the addresses of the API; the browser says that it wants a script.
  bypass: ({ headers, url }) => (headers["sec-fetch-dest"] === "script" ? url : undefined),
};
// Whoever signed in comes back to /manage, which the service knows as well.
const withoutSlash: Plugin = {
  name: "without-slash",
  configureServer: ({ middlewares }) => {
    middlewares.use((request, _answer, next) => {
      request.url = request.url?.replace(/^\/manage(?=$|\?)/, "/manage/");
      next();
    });
  },
};
const config = pageConfig(root);
const server = await createServer({
  ...config,
  plugins: [...(config.plugins ?? []), withoutSlash],
  server: {
    port: Number(new URL(pageServerOrigin).port),
    strictPort: true,
    host: "localhost",
    proxy: { "/manage/api": toService },
  },
});
await server.listen();
console.log(`The page of ${values.service}, as its sources are: ${pageServerOrigin}/manage/`);
