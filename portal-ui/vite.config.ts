import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
/** Where `npm start` listens. */
const SERVER_PORT = process.env.PORT ?? "8787";
const OUTPUT = path("../dist/assets");

/** What this build writes. The console lives beside it in `admin/`, so the folder is not emptied. */
const OWN_OUTPUT = ["assets", ".vite", "index.html", "mermaid-frame.html", "favicon.svg"];

function removeOwnOutput(): Plugin {
  let folder = OUTPUT;
  return {
    name: "remove-own-output",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    buildStart() {
      for (const name of OWN_OUTPUT)
        rmSync(resolve(folder, name), { recursive: true, force: true });
    },
  };
}

/** The React API on Preact, for every import of it, ours and the libraries'. */
export const reactAliases = [
  { find: /^react$/, replacement: "preact/compat" },
  { find: /^react-dom$/, replacement: "preact/compat" },
  { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
  { find: /^react\/jsx-runtime$/, replacement: "preact/compat/jsx-runtime" },
  { find: /^react\/jsx-dev-runtime$/, replacement: "preact/compat/jsx-dev-runtime" },
  // The shim is for React 17; the hook itself is in `react`.
  { find: /^use-sync-external-store\/shim(\/index\.js)?$/, replacement: "preact/compat" },
];

export const contractAliases = [
  { find: /^@contract$/, replacement: path("../src/contract/index.ts") },
  { find: /^@contract\//, replacement: `${path("../src/contract")}/` },
];

/** What the first page needs comes in few files: each more is a round trip on a slow line. */
const firstLoad = [
  // Shared with the frame that draws diagrams, which must not load the portal.
  { name: "preload", test: /vite\/preload-helper/, priority: 3 },
  { name: "vendor", test: /node_modules\/(preact|@tanstack|wouter|regexparam)\//, priority: 2 },
  {
    name: "shell",
    test: /portal-ui\/src\/(app|components|lib|features\/(conversations|gallery))\/|src\/contract\//,
    priority: 1,
  },
];

export default defineConfig({
  root: path("."),
  plugins: [removeOwnOutput()],
  resolve: { alias: [...reactAliases, ...contractAliases] },
  build: {
    outDir: OUTPUT,
    emptyOutDir: false,
    // Everything is a file of its own: the content security policy knows no inline fonts or scripts.
    assetsInlineLimit: 0,
    manifest: true,
    // Every browser with `light-dark()` preloads modules by itself.
    modulePreload: { polyfill: false },
    target: "es2023",
    // Mermaid's chunks are big and load only inside its frame.
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: { index: path("index.html"), "mermaid-frame": path("mermaid-frame.html") },
      // Libraries mark modules for a framework we do not use; it means nothing here.
      checks: { moduleLevelDirective: false },
      output: { codeSplitting: { groups: firstLoad } },
    },
  },
  server: {
    proxy: {
      "/api": {
        target: `http://127.0.0.1:${SERVER_PORT}`,
        // The server takes the site from the host, and accepts changes from its own origin only.
        headers: {
          host: `demo.localhost:${SERVER_PORT}`,
          origin: `http://demo.localhost:${SERVER_PORT}`,
        },
      },
    },
  },
});
