import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * The portal's pure modules and its markdown, on Node. React is not aliased here: what is rendered
 * in these tests also proves that the components keep to the API React and Preact share.
 */
export default defineConfig({
  root: path(".."),
  resolve: {
    alias: [
      { find: /^@contract$/, replacement: path("../src/contract/index.ts") },
      { find: /^@contract\//, replacement: `${path("../src/contract")}/` },
      { find: /^@portal\//, replacement: `${path("src")}/` },
    ],
  },
  test: { name: "portal", include: ["tests/portal/**/*.test.{ts,tsx}"] },
});
