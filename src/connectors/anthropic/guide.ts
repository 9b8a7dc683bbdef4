/** How Anthropic is connected, and what its errors mean to the admin. */
import type { Guide } from "../../contract/guide.ts";
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP } from "../kit/guide.ts";

export const CLOUD_URL = "https://api.anthropic.com";

export const KEY_PATTERN = {
  source: "^(?!sk-ant-admin|sk-ant-oat|sk-proj-|sk-or-|xai-|AIza|AQ\\.|A[KS]IA|ABSK)",
  message: say(
    "这不是 Claude 的 API 密钥。请在控制台的 API keys 页面创建（sk-ant-api 开头）；管理密钥（sk-ant-admin）和 Claude 订阅的令牌（sk-ant-oat）不能用。",
    "This is not a key of the Claude API. Create one on the API keys page of the console (it starts with sk-ant-api); admin keys (sk-ant-admin) and tokens of a Claude subscription (sk-ant-oat) do not work here.",
  ),
};

export const guide: Guide = {
  steps: [
    step(
      "登录 Claude 控制台，在 **Settings › Billing** 点 **Buy credits** 充值。Claude Pro / Max 订阅不包含 API。",
      "Log in to the Claude console and press **Buy credits** under **Settings › Billing**. A Claude Pro or Max subscription does not include the API.",
      "https://console.anthropic.com/settings/billing",
    ),
    step(
      "打开 **API keys** 页面，点 **Create Key**，选择工作区并命名，复制密钥（只显示一次）。",
      "Open the **API keys** page, press **Create Key**, choose a workspace and a name, and copy the key: it is shown once.",
      "https://console.anthropic.com/settings/keys",
    ),
    TEST_STEP,
  ],
  fields: [
    apiKeyField({
      placeholder: "sk-ant-api03-…",
      help: say("sk-ant-api 开头。", "Starts with sk-ant-api."),
      pattern: KEY_PATTERN,
    }),
    baseUrlField(
      say(
        "一般不用修改；使用代理或其他兼容 Claude API 的平台时填写它的地址。",
        "Usually left as it is; for a proxy, or another platform that speaks the Claude API, its address.",
      ),
      CLOUD_URL,
    ),
  ],
};

/** What the admin can do about an error; null where Anthropic's own sentence must do. */
export function advise(error: UpstreamError): LocalText | null {
  switch (error.reason) {
    case "unauthorized":
      return say(
        "密钥无效、已停用或不完整。请在 Claude 控制台的 API keys 页面新建一个。",
        "The key is not valid, is disabled or was cut off. Create a new one on the API keys page of the Claude console.",
      );
    case "forbidden":
      return say(
        "密钥没有权限，组织被停用，或服务器所在地区不受支持。请在控制台检查组织与工作区；地区不受支持时换一个部署地区。",
        "The key may not do this, the organisation is disabled, or the server's region is not served. Check organisation and workspace in the console; for the region, deploy elsewhere.",
      );
    case "quota_exhausted":
      return say(
        "余额不足，或达到了自设的消费上限。请在 Settings › Billing 点 Buy credits，或在 Limits 页面提高上限。",
        "The credits are used up, or a spend limit of your own is reached. Press Buy credits under Settings › Billing, or raise it on the Limits page.",
      );
    case "rate_limited":
      return say(
        "达到了该等级的速率或月度上限。稍后再试，在 Limits 页面查看等级，或为本连接添加另一个组织的密钥。",
        "A rate or monthly limit of the tier is reached. Wait, look at the tier on the Limits page, or add a key of another organisation to this connection.",
      );
    case "overloaded":
      return say(
        "Anthropic 暂时过载（529），与密钥无关。可为模型添加第二条线路（如 Bedrock）。",
        "Anthropic is overloaded for the moment (529); the key is well. A second route for the model (Bedrock, for instance) helps.",
      );
    case "target_not_found":
      return say(
        "没有这个模型，或该工作区不能使用它；请从列表中选择。若列表也失败，请检查接口地址。",
        "There is no such model, or this workspace may not use it: choose from the list. If the list fails too, check the base URL.",
      );
    default:
      return null;
  }
}
