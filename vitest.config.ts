import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** A fixed key: tests must be able to make credentials that the Worker accepts. */
const TEST_MASTER_KEY = "cG9ydGljby10ZXN0LW1hc3Rlci1rZXktMDEyMzQ1Njc=";

/** Inside workerd, with real objects, D1 and sockets. */
const worker = {
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        // Small pages in place of the built ones: these tests need no build, and survive one.
        assets: { directory: "tests/support/assets", binding: "ASSETS" },
        bindings: {
          PORTICO_MASTER_KEY: TEST_MASTER_KEY,
          PORTICO_OPERATOR_TOKEN: "pa-test-operator-token-0123456789",
          PORTICO_BASE_DOMAIN: "localhost",
          PORTICO_ALLOW_PRIVATE_UPSTREAMS: "true",
          TEST_MIGRATIONS: await readD1Migrations("./migrations"),
        },
      },
    })),
  ],
  test: {
    name: "worker",
    // `MODEL_RUNS=3000 npx vitest run --project worker tests/durable/wallet/model.test.ts`
    provide: { modelRuns: Number(process.env.MODEL_RUNS ?? 100) },
    globalSetup: [
      "tests/support/upstream-setup.ts",
      "tests/support/upstream-hosts-setup.ts",
      "tests/support/sqld.ts",
      "tests/support/mail-setup.ts",
    ],
    include: ["tests/{config,connectors,durable,routes,store}/**/*.test.ts"],
    exclude: ["tests/**/*.node.test.ts"],
  },
};

/** On Node: the tidy test, the store on libSQL, configuration files. */
const node = {
  test: {
    name: "node",
    include: ["tests/{core,front,services,tidy}/**/*.test.ts", "tests/**/*.node.test.ts"],
  },
};

/** The running server, as `npm start` runs it: real clients, sockets that break, a real browser. */
const server = {
  test: {
    name: "server",
    include: ["tests/{server,conformance,failures,browser}/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 90_000,
    // Each file starts a runtime of its own; two cores bear one at a time.
    fileParallelism: false,
  },
};

export default defineConfig({
  test: {
    projects: [worker, node, server, "./portal-ui/vitest.config.ts", "./admin-ui/vitest.config.ts"],
  },
});
