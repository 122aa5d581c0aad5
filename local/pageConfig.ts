import path from "node:path";
import react from "@vitejs/plugin-react";
import type { InlineConfig } from "vite";

/** Where the page is served; links in it and the addresses of its files begin so. */
const base = "/manage/";

/** How Vite builds the management page below the root, and serves it while somebody works on it. */
export function pageConfig(sourceRoot: string): InlineConfig {
  return {
    root: path.join(sourceRoot, "web"),
    base,
    configFile: false,
    envDir: false,
    publicDir: false,
    plugins: [react()],
    logLevel: "warn",
    build: {
      target: "es2023",
      // Its style would have to be allowed inline.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1_000,
      reportCompressedSize: false,
      write: false,
    },
  };
}
