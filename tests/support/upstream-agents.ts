/** The scripted agent platforms, by the first part of their paths. */
import { answerAdp } from "./upstream-adp.ts";
import { answerAppBuilder } from "./upstream-appbuilder.ts";
import { answerBailian } from "./upstream-bailian.ts";
import type { Call } from "./upstream-call.ts";
import { answerCoze } from "./upstream-coze.ts";
import { answerHook, answerN8n } from "./upstream-hooks.ts";
import { answerMaxKb } from "./upstream-maxkb.ts";

export const AGENT_PLATFORMS: Record<string, (call: Call) => Promise<void> | void> = {
  appbuilder: answerAppBuilder,
  bailian: answerBailian,
  coze: answerCoze,
  "adp-cloud": answerAdp,
  maxkb: answerMaxKb,
  n8n: answerN8n,
  hook: answerHook,
};
