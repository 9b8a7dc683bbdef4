/** Azure OpenAI (Microsoft Foundry). Models are deployments; a key lists what the region has instead. */
import { say, step, TEST_STEP } from "../kit/guide.ts";
import { declareOpenAiLike } from "../kit/openai/look-alike.ts";
import { EVERYTHING } from "../kit/openai/tasks.ts";

export const azure = declareOpenAiLike({
  id: "azure-openai",
  label: say("Azure OpenAI", "Azure OpenAI"),
  baseUrl: null,
  baseUrlHelp: say(
    "资源的终结点，或部署的目标 URI（Target URI）。",
    "The endpoint of the resource, or the target URI of a deployment.",
  ),
  baseUrlPlaceholder: "https://<resource>.openai.azure.com",
  tidyUrl: (url) => `${url.replace(/\/(openai|models)(\/.*)?$/, "")}/openai`,
  key: {
    placeholder: "KEY 1",
    header: "api-key",
    help: say("KEY 1 或 KEY 2，任一即可。", "KEY 1 or KEY 2: either will do."),
    pattern: {
      source: "^(?!sk-|xai-|https?:)",
      message: say(
        "这不是 Azure 资源的密钥（sk- 是 OpenAI 的密钥）。",
        "This is not a key of an Azure resource (sk- is a key of OpenAI).",
      ),
    },
  },
  extras: [
    {
      name: "apiVersion",
      label: say("API 版本", "API version"),
      help: say("一般不填，旧资源才需要。", "Usually left empty; some older resources need it."),
      placeholder: "2024-10-21",
    },
  ],
  steps: [
    step(
      "在 Azure 门户创建 Azure OpenAI（Foundry）资源，再到 **Deployments** 点 **Deploy model**，记下 **deployment name**：发布时填的模型名就是它。",
      "Create an Azure OpenAI (Foundry) resource, then press **Deploy model** under **Deployments** and note the **deployment name**: that is the model to publish. A key cannot list deployments.",
      "https://ai.azure.com",
    ),
    step(
      "在资源的 **密钥和终结点** 复制 **KEY 1** 和终结点。",
      "Under **Keys and Endpoint** of the resource copy **KEY 1** and the endpoint.",
      "https://portal.azure.com",
    ),
    TEST_STEP,
  ],
  capabilities: EVERYTHING,
  body: { limitField: "max_completion_tokens", developerRole: true },
  detours: [
    {
      setting: "apiVersion",
      path: "/deployments/{target}/chat/completions?api-version={apiVersion}",
    },
    { path: "/v1/chat/completions" },
  ],
  probePath: "/v1/models",
  lists: false,
});
