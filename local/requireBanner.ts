/** Bundled CommonJS packages call require() for Node's own modules; an ES module has none until it makes one. */
export const requireBanner = [
  `import { createRequire as __createRequire } from "node:module";`,
  `import { fileURLToPath as __fileURLToPath } from "node:url";`,
  `const require = __createRequire(import.meta.url);`,
  `const __filename = __fileURLToPath(import.meta.url);`,
  `const __dirname = __fileURLToPath(new URL(".", import.meta.url));`,
].join("\n");
