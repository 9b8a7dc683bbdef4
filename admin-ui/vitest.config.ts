import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The console's pure modules, on Node; its pages are driven in a browser elsewhere. */
export default defineConfig({
  root: path(".."),
  resolve: {
    alias: [
      { find: /^@contract$/, replacement: path("../src/contract/index.ts") },
      { find: /^@contract\//, replacement: `${path("../src/contract")}/` },
    ],
  },
  test: { name: "console", include: ["tests/console/**/*.test.ts"] },
});
