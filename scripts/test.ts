/** `npm test`: everything that proves the project, in the order in which failures are cheapest. */

import { requireBrowser } from "./browser.ts";
import { buildUis } from "./build.ts";
import { CHECKS } from "./checks.ts";
import { runSteps } from "./steps.ts";

process.env.CHROMIUM_PATH = requireBrowser();
buildUis((line) => console.log(line));
runSteps([
  ...CHECKS,
  {
    name: "unit and integration tests",
    command: "vitest",
    args: [
      "run",
      "--project",
      "node",
      "--project",
      "worker",
      "--project",
      "portal",
      "--project",
      "console",
    ],
  },
  {
    name: "the running server and the browser",
    command: "vitest",
    args: ["run", "--project", "server"],
  },
]);
