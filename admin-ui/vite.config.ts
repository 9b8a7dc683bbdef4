import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

// A build started by a test run must still be a production build.
if (process.argv.includes("build")) process.env.NODE_ENV = "production";

export default defineConfig({
  base: "/admin/",
  plugins: [react()],
  resolve: {
    alias: [
      { find: /^@contract$/, replacement: path("../src/contract/index.ts") },
      { find: /^@contract\//, replacement: `${path("../src/contract")}/` },
    ],
  },
  build: {
    outDir: path("../dist/assets/admin"),
    emptyOutDir: true,
    // Everything is a file of its own: the content security policy knows no inline scripts.
    assetsInlineLimit: 0,
    manifest: true,
    target: "es2023",
  },
  server: {
    proxy: { "/api": { target: "http://demo.localhost:8787", changeOrigin: true } },
  },
});
