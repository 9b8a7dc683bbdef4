import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const mantine = (...names: string[]) => `@mantine/core/esm/components/(${names.join("|")})/`;
const tanstack = (...names: string[]) => `@tanstack/(${names.join("|")})/`;

const COMMON = [
  "ActionIcon",
  "Alert",
  "Anchor",
  "Badge",
  "Button",
  "Card",
  "Checkbox",
  "CloseButton",
  "Group",
  "Image",
  "Input",
  "InputBase",
  "Loader",
  "NativeSelect",
  "Skeleton",
  "Stack",
  "Switch",
  "Text",
  "TextInput",
  "Title",
  "Transition",
  "UnstyledButton",
];

/**
 * Left alone, every little part that two pages share is a file of its own; dozens of tiny files
 * compress badly and queue up. What is shared is put together by what it is for; the first match
 * wins and takes what it imports along.
 */
const CHUNKS = [
  // Everything before it is known who is there; not the entry itself, which stays the entry.
  { name: "base", tags: ["$initial" as const], test: /node_modules|src\/(lib|app)\// },
  {
    // What log-in and every page need.
    name: "common",
    test: new RegExp(
      [
        "src/lib/",
        "react-query|query-core",
        "@mantine/hooks/",
        "@mantine/core/esm/core/",
        "createReactComponent|defaultAttributes",
        mantine(...COMMON),
        "src/components/form/(choice|inputs)",
      ].join("|"),
    ),
  },
  {
    name: "frame",
    test: new RegExp(
      `${tanstack("react-router", "router-core", "history")}|src/app/(shell|console)|src/components/(page|links|figures)`,
    ),
  },
  {
    name: "dialog",
    test: new RegExp(`${mantine("Modal", "ModalBase", "Drawer")}|react-remove-scroll`),
  },
  { name: "form", test: /@mantine\/form|components\/form\/(use-entity|entity|section)/ },
  { name: "table", test: new RegExp(`${tanstack("react-table", "table-core")}|components/table/`) },
].map((chunk, index, all) => ({ ...chunk, priority: all.length - index }));

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
    rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
  },
  server: {
    proxy: { "/api": { target: "http://demo.localhost:8787", changeOrigin: true } },
  },
});
