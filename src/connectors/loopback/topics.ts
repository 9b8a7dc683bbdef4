/** What the built-in model can talk about: Portico itself, and how to go on. */
import type { Locale } from "../../contract/values.ts";

export interface Topic {
  /** Words in a question (of either language) that lead here; none: the topic for everything else. */
  words: RegExp | null;
  text: Record<Locale, string>;
}

const CONNECT: Topic = {
  words:
    /connect|provider|platform|openai|dify|deepseek|siliconflow|连接|接入|平台|模型商|配置模型/i,
  text: {
    en: `## Connecting a provider

1. Open the **console** at \`/admin/\` and choose **Connections**.
2. Press **New connection** and pick the platform. The form lists the steps on the platform's own site, with the names of the buttons there.
3. Paste the key. **Test connection** goes through the address, the key and the list of models one by one, and says in words what is wrong where something is.
4. Choose what to publish from the list that the platform answers.

| You have | Connector | What you paste |
|---|---|---|
| a key of a model provider | \`openai\`, \`deepseek\`, \`siliconflow\`, \`openrouter\`, \`xai\` | the key |
| your own model server | \`openai-compatible\` | its address, and a key if it asks for one |
| an app on Dify | \`dify\` | API server and app key |

Keys are sealed before they are stored, and no page or answer shows them again.`,
    "zh-CN": `## 连接一个平台

1. 打开 \`/admin/\` 的**管理后台**，进入**连接**。
2. 点**新建连接**，选择平台。表单会列出在该平台上要点哪些按钮。
3. 粘贴密钥。**测试连接**会逐步检查地址、密钥和模型列表，出错时用文字说明原因。
4. 从平台返回的列表里选择要发布的内容。

| 你有什么 | 连接器 | 需要粘贴 |
|---|---|---|
| 模型平台的密钥 | \`openai\`、\`deepseek\`、\`siliconflow\`、\`openrouter\`、\`xai\` | 密钥 |
| 自己的模型服务 | \`openai-compatible\` | 接口地址，需要时加密钥 |
| Dify 应用 | \`dify\` | API 服务器与应用密钥 |

密钥加密后才保存，之后任何页面和接口都不会再显示。`,
  },
};

const PUBLISH: Topic = {
  words: /publish|agent|access|level|gallery|发布|智能体|权限|谁可以|等级/i,
  text: {
    en: `## Publishing an agent

An *agent* is either an app of a platform (a bot, a chatflow) or a **prompt on a model**.

1. Console → **Agents** → **New agent**.
2. Choose the connection, or a model and write a system prompt such as:

\`\`\`text
You are the help desk of a bicycle shop.
Answer in at most five sentences and ask back when the model of the bicycle is missing.
\`\`\`

3. Give it a name, an opening message and a few suggested questions.
4. Say who may use it: everyone, guests, certain levels, groups or single users.
5. Set a price: free, per message, or by tokens.

Once it is enabled it stands in the portal, and programs call it as \`agent/<slug>\`.`,
    "zh-CN": `## 发布智能体

*智能体*可以是平台上的应用（机器人、对话流），也可以是**模型加提示词**。

1. 管理后台 → **智能体** → **新建智能体**。
2. 选择连接，或选择模型并写提示词，例如：

\`\`\`text
你是一家自行车店的客服。
每次回答不超过五句话；用户没说车型时先问清楚。
\`\`\`

3. 填写名称、开场白和几个推荐问题。
4. 设置谁可以使用：所有人、访客、指定等级、用户组或单个用户。
5. 设置价格：免费、按条或按 token。

启用后它就出现在门户里，程序可以用 \`agent/<slug>\` 调用。`,
  },
};

const CREDITS: Topic = {
  words: /credit|price|cost|wallet|balance|charge|积分|价格|费用|余额|扣费|多少钱/i,
  text: {
    en: `## Credits

Before a request starts, the most it can cost is *held* in your wallet; when the answer is complete, what it really cost is *settled* and the rest returned. With input tokens $t_{in}$, output tokens $t_{out}$ and prices per million $p_{in}$, $p_{out}$:

$$
\\text{charge} = \\left\\lceil \\frac{t_{in}\\,p_{in} + t_{out}\\,p_{out}}{10^6} \\right\\rceil
$$

summed exactly and rounded up once, to a millionth of a credit.

- The balance never goes below zero, however many requests run at once.
- A request that fails before its first word costs nothing.
- When you press stop, you pay for what had arrived.

Look at your balance now: this very answer is charged at the price that your site has set for it.`,
    "zh-CN": `## 积分

请求开始前，钱包会先*冻结*这次最多可能花费的积分；回答结束后按实际用量*结算*，多余部分退回。设输入 $t_{in}$、输出 $t_{out}$ 个 token，每百万单价为 $p_{in}$、$p_{out}$：

$$
\\text{扣费} = \\left\\lceil \\frac{t_{in}\\,p_{in} + t_{out}\\,p_{out}}{10^6} \\right\\rceil
$$

先精确求和，最后只向上取整一次，精确到百万分之一积分。

- 无论同时有多少请求，余额都不会低于零。
- 在第一个字之前就失败的请求不收费。
- 中途点停止，只按已收到的内容计费。

看看你的余额：这条回答就是按本站为它设定的价格计费的。`,
  },
};

const API: Topic = {
  words: /\bapi\b|curl|sdk|python|\/v1|program|code|接口|代码|编程|调用/i,
  text: {
    en: `## Calling it from a program

Make an API key in the portal, then use any client that speaks OpenAI's protocol:

\`\`\`python
from openai import OpenAI

client = OpenAI(base_url="https://<your host>/v1", api_key="pk-…")
stream = client.chat.completions.create(
    model="agent/guide",
    messages=[{"role": "user", "content": "Hello"}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="")
\`\`\`

| Path | What |
|---|---|
| \`GET /v1/models\` | the models and agents that the key may use |
| \`POST /v1/chat/completions\` | chat, streaming or not, with tools |
| \`GET /v1/wallet\` | the balance |
| \`GET /v1/usage/{request_id}\` | one request's whole record |

The header \`x-request-id\` of every answer leads to its record.`,
    "zh-CN": `## 用程序调用

在门户里新建 API 密钥，然后用任何兼容 OpenAI 协议的客户端：

\`\`\`python
from openai import OpenAI

client = OpenAI(base_url="https://<你的域名>/v1", api_key="pk-…")
stream = client.chat.completions.create(
    model="agent/guide",
    messages=[{"role": "user", "content": "你好"}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="")
\`\`\`

| 路径 | 用途 |
|---|---|
| \`GET /v1/models\` | 这个密钥可以用的模型和智能体 |
| \`POST /v1/chat/completions\` | 对话，可流式，支持工具 |
| \`GET /v1/wallet\` | 余额 |
| \`GET /v1/usage/{request_id}\` | 一次请求的完整记录 |

每个回答的 \`x-request-id\` 响应头就是查询记录的编号。`,
  },
};

const WELCOME: Topic = {
  words: null,
  text: {
    en: `## What Portico does

Portico publishes AI agents and models as **your own product**: one portal and one API on your domain, with users, levels and credits. I am its built-in model: I need no key and no network, I know only what is written here, and I take the same way as every real model, from the wallet over the stream to the bill.

Ask me about:

- **connecting** a provider or a platform
- **publishing** an agent, and who may use it
- **credits** and how a request is charged
- the **API** for programs

To see more of the stream, send \`/long 400\`; to see how errors look, send \`/fail down\`.`,
    "zh-CN": `## Portico 能做什么

Portico 把 AI 智能体和模型发布成**你自己的产品**：一个门户、一个 API，都在你的域名下，带用户、等级和积分。我是它的内置模型：不需要密钥，也不联网，只知道这里写好的内容，但走的路和真实模型完全一样：从钱包，到流式输出，再到结算。

可以问我：

- 怎样**连接**平台
- 怎样**发布**智能体，谁可以使用
- **积分**怎样计算
- 怎样用 **API** 调用

想看更长的输出，发送 \`/long 400\`；想看出错时的样子，发送 \`/fail down\`。`,
  },
};

const TOPICS: readonly Topic[] = [API, CREDITS, CONNECT, PUBLISH];

export function topicOf(question: string): Topic {
  return TOPICS.find((topic) => topic.words?.test(question)) ?? WELCOME;
}

/** The language that the question is written in. */
export function languageOf(question: string): Locale {
  return /[\u3400-\u9fff]/.test(question) ? "zh-CN" : "en";
}
