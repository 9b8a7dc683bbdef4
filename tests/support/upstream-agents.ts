/** The scripted agent platforms, by the first part of their paths. */
import { answerAdp } from "./upstream-adp.ts";
import { answerAppBuilder } from "./upstream-appbuilder.ts";
import { answerBailian } from "./upstream-bailian.ts";
import type { Call } from "./upstream-call.ts";
import { answerCoze } from "./upstream-coze.ts";
import { answerFastGpt } from "./upstream-fastgpt.ts";
import { answerHook, answerN8n } from "./upstream-hooks.ts";
import { answerIdentity } from "./upstream-identity.ts";
import { answerMaxKb } from "./upstream-maxkb.ts";
import { answerRagFlow } from "./upstream-ragflow.ts";
import { answerStudio } from "./upstream-studio.ts";
import { answerYuanqi } from "./upstream-yuanqi.ts";

export const AGENT_PLATFORMS: Record<string, (call: Call) => Promise<void> | void> = {
  appbuilder: answerAppBuilder,
  bailian: answerBailian,
  coze: answerCoze,
  "adp-cloud": answerAdp,
  maxkb: answerMaxKb,
  n8n: answerN8n,
  fastgpt: answerFastGpt,
  ragflow: answerRagFlow,
  "ragflow-old": answerRagFlow,
  studio: answerStudio,
  yuanqi: answerYuanqi,
  hook: answerHook,
  identity: answerIdentity,
};
