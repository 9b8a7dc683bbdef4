import { CHECKS } from "./checks.ts";
import { runSteps } from "./steps.ts";

runSteps(CHECKS);
