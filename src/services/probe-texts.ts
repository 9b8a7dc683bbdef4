/** What the steps of a connection test say: what was seen, and what to do. */
import type { LocalText } from "../contract/values.ts";
import { unreachable } from "../core/result.ts";
import type { UpstreamError } from "../core/run.ts";

const say = (zh: string, en: string): LocalText => ({ "zh-CN": zh, en });

export const SETTINGS_OK = say("填写完整。", "The form is complete.");
export const NOT_NEEDED = say("内置，不经过网络。", "Built in; no network is involved.");
export const addressOk = (origin: string): LocalText =>
  say(`地址 ${origin} 可以使用。`, `The address ${origin} may be used.`);
export const addressRefused = (reason: string): LocalText =>
  say(
    `地址不能使用：${reason}。请填写平台文档中的接口地址。`,
    `The address cannot be used: ${reason}. Enter the base URL of the platform's documents.`,
  );
export const settingsMissing = (label: LocalText): LocalText =>
  say(`请填写“${label["zh-CN"]}”。`, `"${label.en}" is missing.`);
/** `said`: the form's own sentence about such a value; else the check's. */
export const settingsWrong = (
  label: LocalText,
  said: LocalText | null,
  checked: string,
): LocalText =>
  said
    ? say(`“${label["zh-CN"]}”：${said["zh-CN"]}`, `"${label.en}": ${said.en}`)
    : say(`“${label["zh-CN"]}”填写有误：${checked}。`, `"${label.en}" is not right: ${checked}.`);
export const REACHABLE = say("服务器有应答。", "The server answers.");
export const authorised = (account: string | null): LocalText =>
  account === null
    ? say("密钥有效。", "The key is accepted.")
    : say(`密钥有效：${account}。`, `The key is accepted: ${account}.`);
/** There is no token to ask with. */
export const notAuthorised = (error: UpstreamError): LocalText =>
  error.reason === "unauthorized"
    ? say(
        `账号未授权或授权已失效，请保存后点“授权”（${error.detail}）。`,
        `The account has not authorised this app, or does no longer: save, and press Authorise (${error.detail}).`,
      )
    : failed(error);
export const NO_CHECK = say(
  "该平台没有检查密钥的接口。",
  "The platform has no call that checks a key.",
);
export const listed = (count: number): LocalText =>
  count === 0
    ? say(
        "列表是空的：还没有已发布或可用的内容，也可以手动填写名称。",
        "The list is empty: nothing is published or allowed for this key; names can be typed by hand.",
      )
    : say(`找到 ${count} 项可以发布。`, `Found ${count} to publish.`);
export const NO_LIST = say(
  "该平台没有列表接口，请手动填写。",
  "The platform has no list; type the ids by hand.",
);
export const ANSWERED = say("试问得到了回答。", "A trial question was answered.");
export const NO_TRIAL = say(
  "没有试问，以免产生费用；发布后可以直接对话验证。",
  "No question was asked, since it may cost money; chat with it once it is published.",
);

/** The failure in general words, the platform's own sentence behind it. */
export function failed(error: UpstreamError): LocalText {
  const general = generalWords(error);
  const status = error.status === null ? "" : `HTTP ${error.status}`;
  const said = [status, error.detail].filter((part) => part !== "").join(": ");
  return said === "" ? general : say(`${general["zh-CN"]}（${said}）`, `${general.en} (${said})`);
}

function generalWords(error: UpstreamError): LocalText {
  switch (error.reason) {
    case "unauthorized":
      return say(
        "密钥不被接受：可能抄漏、已删除，或属于另一个站点。请新建一个密钥再粘贴。",
        "The key is not accepted: cut off, deleted, or of another site. Create a new one and paste it.",
      );
    case "forbidden":
      return say(
        "密钥有效但没有权限：请在平台上检查密钥的权限、开通状态和 IP 白名单。",
        "The key is known but may not do this: check its permissions, the activation and the IP allow-list on the platform.",
      );
    case "quota_exhausted":
      return say(
        "平台账户的余额或额度已用完，请充值。",
        "The account on the platform has no balance or quota left; top it up.",
      );
    case "rate_limited":
    case "overloaded":
      return say("平台繁忙，请稍后再试。", "The platform is busy; try again shortly.");
    case "target_not_found":
      return say(
        "地址上没有这个接口：请检查接口地址，例如缺少或重复的 /v1。",
        "There is nothing at this address: check the base URL, for instance a missing or doubled /v1.",
      );
    case "unreachable":
      return say(
        "连不上服务器：请检查域名、端口和证书，以及本服务器能否访问它。",
        "The server cannot be reached: check name, port and certificate, and whether this server may reach it.",
      );
    case "timeout":
      return say("服务器没有在规定时间内应答。", "The server did not answer in time.");
    case "address_not_allowed":
      return say(
        "服务器要求转到另一个地址，请直接填写那个地址。",
        "The server sends to another address; enter that one.",
      );
    case "protocol_violation":
    case "truncated":
      return say(
        "有应答，但不是该平台的接口：可能填成了网页地址，或前面有登录页、防火墙。",
        "Something answers, but not this platform's API: perhaps the address of its web page, or a login page or firewall in front.",
      );
    case "unavailable":
      return say(
        "平台内部出错，请稍后再试。",
        "The platform has an error of its own; try again later.",
      );
    case "conversation_gone":
    case "rejected":
    case "context_too_long":
    case "content_blocked":
    case "too_large":
    case "answer_too_large":
      return say("平台拒绝了这个请求。", "The platform refused the request.");
    default:
      return unreachable(error.reason);
  }
}
