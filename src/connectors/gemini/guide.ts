/** How Gemini is connected, and what its errors mean to the admin. */
import type { Guide } from "../../contract/guide.ts";
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP } from "../kit/guide.ts";

export const CLOUD_URL = "https://generativelanguage.googleapis.com";

export const KEY_PATTERN = {
  source: "^(?!sk-ant-|sk-proj-|sk-or-|xai-|AKIA|ASIA|ABSK|ya29\\.|\\{)",
  message: say(
    "这不是 Gemini API 密钥。请在 Google AI Studio 的 API 密钥页面创建（AQ. 或 AIza 开头）；Vertex AI 的服务账号和 OAuth 令牌不能用。",
    "This is not a Gemini API key. Create one on the API keys page of Google AI Studio (it starts with AQ. or AIza); service accounts of Vertex AI and OAuth tokens do not work here.",
  ),
};

export const guide: Guide = {
  steps: [
    step(
      "用受支持国家或地区的 Google 账号打开 Google AI Studio 的 API 密钥页面，接受条款。已有 Google Cloud 项目时，先在 **Dashboard › Projects** 点 **导入项目**。",
      "Open the API keys page of Google AI Studio with a Google account of a supported country and accept the terms. With a Google Cloud project already: **Dashboard › Projects** → **Import projects** first.",
      "https://aistudio.google.com/api-keys",
    ),
    step(
      "点 **创建 API 密钥**，选择项目，复制密钥。",
      "Press **Create API key**, choose the project and copy the key.",
    ),
    step(
      "免费层限额很低：正式使用前在项目上点 **Set up billing** 开通付费。",
      "The free tier has tight limits: before real use press **Set up billing** on the project.",
    ),
    TEST_STEP,
  ],
  fields: [
    apiKeyField({
      placeholder: "AQ.…",
      help: say(
        "AQ. 开头；AIza 开头的旧密钥若不限制用途已被 Google 停用，请新建。",
        "Starts with AQ.; unrestricted old keys (AIza…) are refused by Google since June 2026: create a new one.",
      ),
      pattern: KEY_PATTERN,
    }),
    baseUrlField(
      say(
        "一般不用修改；使用代理时填写它的地址。",
        "Usually left as it is; for a proxy its address.",
      ),
      CLOUD_URL,
    ),
  ],
};

const BY_CODE: Record<string, LocalText> = {
  API_KEY_SERVICE_BLOCKED: say(
    "密钥被限制为其他 API。请在 Google Cloud 的 凭据 页面允许它使用 Generative Language API。",
    "The key is restricted to other APIs. Allow it the Generative Language API on the Credentials page of Google Cloud.",
  ),
  SERVICE_DISABLED: say(
    "项目没有启用 Generative Language API，请在 Google Cloud 中启用。",
    "The Generative Language API is not enabled in this project; enable it in Google Cloud.",
  ),
};

/** What the admin can do about an error; null where Google's own sentence must do. */
export function advise(error: UpstreamError): LocalText | null {
  const known = error.upstreamCode === null ? undefined : BY_CODE[error.upstreamCode];
  if (known) return known;
  if (/location is not supported/i.test(error.detail)) {
    return say(
      "Google 不向本服务器所在的地区提供 Gemini。请换一个受支持地区的部署，或通过代理地址访问。",
      "Google does not serve Gemini to the region of this server. Deploy in a supported region, or use the address of a proxy.",
    );
  }
  switch (error.reason) {
    case "unauthorized":
      return say(
        "密钥无效、已过期，或是已被 Google 停用的旧 AIza 密钥。请在 Google AI Studio 新建一个。",
        "The key is not valid, has expired, or is an old AIza key that Google no longer accepts. Create a new one in Google AI Studio.",
      );
    case "forbidden":
      return say(
        "密钥没有权限：可能限制了 IP、来源网站（服务器不适用）或 API，或因泄露被封。请检查限制或新建密钥。",
        "The key may not do this: restricted to IPs, to websites (which never works from a server) or to other APIs, or blocked because it leaked. Check its restrictions or create a new one.",
      );
    case "quota_exhausted":
      return say(
        "项目没有可用的结算。请在 Google AI Studio 中为项目点 Set up billing。",
        "The project has no working billing. Press Set up billing for it in Google AI Studio.",
      );
    case "rate_limited":
      return say(
        "已达到速率或每日限额；免费层限额很低，请为项目开通付费或稍后再试。",
        "A rate or daily limit is reached; the free tier is small: set up billing for the project, or wait.",
      );
    case "target_not_found":
      return say(
        "没有这个模型：Gemini 的型号更替很快，请从列表中重新选择；或接口地址不正确。",
        "There is no such model: Gemini's are replaced often, choose from the list again; or the base URL is wrong.",
      );
    default:
      return null;
  }
}
