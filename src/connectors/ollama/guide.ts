/** How Ollama is connected, and what to do when it does not answer. */
import type { Guide } from "../../contract/guide.ts";
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP } from "../kit/guide.ts";

export const KEY_PATTERN = {
  source: "^(?!sk-|xai-|AIza|bce-v3/)",
  message: say(
    "这是其他平台的密钥；自己的 Ollama 不需要密钥。",
    "This is a key of another platform; an Ollama of your own needs none.",
  ),
};
export const CONTEXT_PATTERN = {
  source: "^[1-9]\\d{2,7}$",
  message: say("一个整数，例如 32768。", "A whole number, such as 32768."),
};
export const KEEP_ALIVE_PATTERN = {
  source: "^(-?\\d+|(\\d+(\\.\\d+)?(ms|s|m|h))+)$",
  message: say("例如 5m、24h；-1 表示一直保留。", "Such as 5m or 24h; -1 keeps it for ever."),
};

export const guide: Guide = {
  steps: [
    step(
      "在服务器上安装 Ollama，用 `ollama pull <模型>` 下载模型。",
      "Install Ollama on a server and fetch a model with `ollama pull <model>`.",
      "https://ollama.com/download",
    ),
    step(
      "Ollama 默认只监听本机：设置环境变量 `OLLAMA_HOST=0.0.0.0:11434` 并重启。",
      "Ollama listens on its own machine only: set the environment variable `OLLAMA_HOST=0.0.0.0:11434` and restart it.",
      "https://docs.ollama.com/faq",
    ),
    step(
      "给它一个本服务器能访问的地址：同一内网、隧道，或带密码的反向代理（转发时 Host 写 localhost:11434）。不要把端口直接暴露在公网。",
      "Give it an address that this server reaches: the same network, a tunnel, or a reverse proxy with a password (which forwards with Host localhost:11434). Never open the port unprotected.",
    ),
    step(
      "使用 Ollama 云端模型时，在 **Settings › Keys** 新建密钥，接口地址填 https://ollama.com。",
      "For the models of Ollama's cloud create a key under **Settings › Keys** and enter https://ollama.com as base URL.",
      "https://ollama.com/settings/keys",
    ),
    TEST_STEP,
  ],
  fields: [
    {
      ...baseUrlField(say("不带 /api 或 /v1。", "Without /api or /v1.")),
      placeholder: "http://host:11434",
    },
    apiKeyField({
      placeholder: "",
      help: say(
        "自己的 Ollama 留空；云端或代理填其密钥。",
        "Empty for an Ollama of your own; the key of the cloud, or of a proxy in front.",
      ),
      required: false,
      pattern: KEY_PATTERN,
    }),
    {
      name: "contextTokens",
      in: "settings",
      kind: "text",
      label: say("上下文长度（num_ctx）", "Context length (num_ctx)"),
      help: say(
        "Ollama 默认的上下文很小，超出的内容会被静默丢弃。显存允许时请填大一些。",
        "Ollama's own is small, and what is longer is cut off in silence. Enter as much as its memory allows.",
      ),
      placeholder: "32768",
      required: false,
      pattern: CONTEXT_PATTERN,
    },
    {
      name: "keepAlive",
      in: "settings",
      kind: "text",
      label: say("模型驻留时间（keep_alive）", "Keep in memory (keep_alive)"),
      help: say(
        "最后一次请求后模型留在内存的时间，默认 5m。",
        "How long a model stays in memory after its last request; 5m by default.",
      ),
      placeholder: "5m",
      required: false,
      pattern: KEEP_ALIVE_PATTERN,
    },
  ],
};

export function advise(error: UpstreamError): LocalText | null {
  switch (error.reason) {
    case "unreachable":
      return say(
        "连不上 Ollama：确认它监听 0.0.0.0（OLLAMA_HOST）而不是 127.0.0.1，且防火墙放行。",
        "Ollama cannot be reached: see that it listens on 0.0.0.0 (OLLAMA_HOST), not on 127.0.0.1, and that no firewall is in the way.",
      );
    case "forbidden":
      return say(
        "被前面的代理拒绝：转发时 Host 应为 localhost:11434，或设置 OLLAMA_ORIGINS。",
        "Refused by the proxy in front: it should forward with Host localhost:11434, or OLLAMA_ORIGINS must be set.",
      );
    case "target_not_found":
      return say(
        "没有这个模型：先用 ollama pull 下载，名称要带标签（如 qwen3:8b）。",
        "There is no such model: fetch it with ollama pull, and name it with its tag (such as qwen3:8b).",
      );
    case "unavailable":
      return /memory/i.test(error.detail)
        ? say(
            "内存或显存不够加载这个模型：换小一些的模型，或调小上下文长度。",
            "There is not enough memory for this model: take a smaller one, or a shorter context.",
          )
        : null;
    default:
      return null;
  }
}
