/** How Bedrock is connected, and what its errors mean to the admin. */
import type { Guide, GuideField } from "../../contract/guide.ts";
import type { LocalText } from "../../contract/values.ts";
import type { UpstreamError } from "../../core/run.ts";
import { apiKeyField, baseUrlField, say, step, TEST_STEP } from "../kit/guide.ts";

export const DEFAULT_REGION = "us-east-1";

export const REGION_PATTERN = {
  source: "^[a-z]{2,5}(-[a-z]+)+-\\d+$",
  message: say(
    "区域代码形如 us-east-1，在 AWS 控制台右上角可见。",
    "A region's code such as us-east-1; it stands at the top right of the AWS console.",
  ),
};
export const API_KEY_PATTERN = {
  source: "^(?!A[KS]IA|sk-ant-|sk-proj-|sk-or-|AIza|AQ\\.)",
  message: say(
    "这不是 Bedrock API 密钥。AKIA 开头的是访问密钥 ID，请与私有访问密钥一起填在下面两栏。",
    "This is not a Bedrock API key. What starts with AKIA is an access key ID: put it into the fields below, with its secret.",
  ),
};
export const ACCESS_KEY_PATTERN = {
  source: "^A[KS]IA[A-Z0-9]{12,}$",
  message: say(
    "访问密钥 ID 以 AKIA 开头（临时凭证以 ASIA 开头），不是私有访问密钥。",
    "An access key ID starts with AKIA (ASIA for temporary ones); it is not the secret key.",
  ),
};

const password = (
  name: string,
  label: LocalText,
  help: LocalText,
  more: Partial<GuideField> = {},
): GuideField => ({ name, in: "secret", kind: "password", label, help, required: false, ...more });

export const guide: Guide = {
  steps: [
    step(
      "在 AWS 控制台打开 Amazon Bedrock，右上角选好区域（例如 us-east-1）。需要有效的付款方式；模型默认可用。",
      "Open Amazon Bedrock in the AWS console and choose the region at the top right (for instance us-east-1). A valid payment method is needed; models are available by default.",
      "https://console.aws.amazon.com/bedrock/",
    ),
    step(
      "使用 Claude 前，每个账号要填一次用途说明：**Model catalog** → 选一个 Claude 模型 → 提交表单；然后在 Playground 里试一次（首次调用可能要等 15 分钟）。",
      "For Claude a use-case form is filled in once per account: **Model catalog** → choose a Claude model → submit the form; then try it once in the playground (the first call may take 15 minutes to be allowed).",
    ),
    step(
      "方式一（简单）：左侧 **API keys** → **Long-term API keys** → **Generate long-term API keys**，选有效期，复制密钥，只显示一次。短期密钥 12 小时内失效，不要用。",
      "Way 1 (simple): **API keys** on the left → **Long-term API keys** → **Generate long-term API keys**, choose when it expires and copy it: it is shown once. Short-term keys end within 12 hours and do not serve here.",
      "https://console.aws.amazon.com/bedrock/home#/api-keys",
    ),
    step(
      "方式二（访问密钥对）：IAM → Users → **Create user**（不要勾选控制台访问）→ 附加策略 **AmazonBedrockLimitedAccess** → 该用户 › Security credentials → **Create access key** → **Application running outside AWS**，复制两段密钥。不要用根用户的密钥。",
      "Way 2 (access key pair): IAM → Users → **Create user** (no console access) → attach **AmazonBedrockLimitedAccess** → the user › Security credentials → **Create access key** → **Application running outside AWS**, and copy both parts. Never a key of the root user.",
      "https://console.aws.amazon.com/iam/home#/users",
    ),
    TEST_STEP,
  ],
  fields: [
    {
      name: "region",
      in: "settings",
      kind: "text",
      label: say("区域", "Region"),
      help: say("创建密钥和使用模型的区域。", "Where the key was made and the models are used."),
      placeholder: DEFAULT_REGION,
      default: DEFAULT_REGION,
      required: false,
      pattern: REGION_PATTERN,
    },
    apiKeyField({
      placeholder: "ABSK…",
      help: say(
        "方式一的长期 API 密钥；用访问密钥对时留空。",
        "Way 1: the long-term API key; empty with an access key pair.",
      ),
      required: false,
      pattern: API_KEY_PATTERN,
    }),
    password(
      "accessKeyId",
      say("访问密钥 ID", "Access key ID"),
      say("方式二：AKIA 开头。", "Way 2: starts with AKIA."),
      { placeholder: "AKIA…", pattern: ACCESS_KEY_PATTERN },
    ),
    password(
      "secretAccessKey",
      say("私有访问密钥", "Secret access key"),
      say("方式二：创建时只显示一次。", "Way 2: shown once, when it is created."),
    ),
    password(
      "sessionToken",
      say("会话令牌", "Session token"),
      say(
        "只有 ASIA 开头的临时凭证才需要，几小时后失效。",
        "Only for temporary credentials (ASIA…), which end after some hours.",
      ),
    ),
    {
      ...baseUrlField(
        say(
          "一般留空，由区域决定；使用代理或 VPC 端点时填写它的地址。",
          "Usually empty: the region decides; for a proxy or a VPC endpoint its address.",
        ),
      ),
      placeholder: "https://bedrock-runtime.us-east-1.amazonaws.com",
      required: false,
    },
  ],
};

/** What the admin can do about an error; null where AWS's own sentence must do. */
export function advise(error: UpstreamError): LocalText | null {
  const { detail, upstreamCode } = error;
  if (/on-demand throughput/i.test(detail)) {
    return say(
      "这个模型只能通过推理配置文件调用：请改用带 us.、eu.、apac. 或 global. 前缀的 ID。",
      "This model is called through an inference profile only: use its id with us., eu., apac. or global. in front.",
    );
  }
  if (upstreamCode === "InvalidSignatureException") {
    return say(
      "签名不符：私有访问密钥可能没有复制完整，或与访问密钥 ID 不是一对。",
      "The signature does not match: the secret access key was cut off, or belongs to another access key ID.",
    );
  }
  if (upstreamCode === "ExpiredTokenException") {
    return say(
      "临时凭证已过期。请改用长期 API 密钥或 AKIA 开头的访问密钥。",
      "The temporary credentials have expired. Use a long-term API key or an access key starting with AKIA.",
    );
  }
  switch (error.reason) {
    case "unauthorized":
      return say(
        "密钥无效：可能已删除或过期（短期密钥只有 12 小时），或属于另一个区域或分区。",
        "The key is not valid: deleted, expired (short-term keys live 12 hours), or of another region or partition.",
      );
    case "forbidden":
      return say(
        "密钥没有权限。请给它附加 AmazonBedrockLimitedAccess 策略，并检查组织的 SCP。",
        "The key may not do this. Attach the policy AmazonBedrockLimitedAccess to it, and look at the SCPs of the organisation.",
      );
    case "target_not_found":
      return say(
        "这个区域没有该模型，或账号还没有使用资格：检查模型 ID 和区域，Claude 要先提交用途表单；首次调用后等 2–15 分钟再试。",
        "The model is not in this region, or not yet open to this account: check id and region, submit the use-case form for Claude, and wait 2–15 minutes after the first call.",
      );
    case "rate_limited":
      return say(
        "超过了账号在该区域的配额。可改用跨区域推理配置文件，或在 Service Quotas 申请提高。",
        "Over the quota of the account in this region. Use a cross-region inference profile, or ask for more under Service Quotas.",
      );
    default:
      return null;
  }
}
