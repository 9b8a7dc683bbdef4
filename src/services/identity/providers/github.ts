/** GitHub: OAuth only, so who somebody is, its API says; e-mails count where GitHub verified them. */
import { asArray, asObject, asText } from "../../../connectors/kit/json.ts";
import { joinUrl } from "../../../connectors/kit/urls.ts";
import type { Guide } from "../../../contract/guide.ts";
import { ok } from "../../../core/result.ts";
import { failed, passed, refused, say, stopped } from "./ask.ts";
import {
  apiField,
  CLIENT_ID,
  CLIENT_SECRET,
  secretField,
  step,
  TRY_STEP,
  textField,
} from "./fields.ts";
import { type Ask, type CodeKind, fieldOf, type OpenProvider } from "./kind.ts";

const HOME = "https://github.com";

const guide: Guide = {
  steps: [
    step(
      "打开 **Settings › Developer settings › OAuth Apps**，点 **New OAuth App**（公司账号请在组织的设置里创建）。",
      "Open **Settings › Developer settings › OAuth Apps** and press **New OAuth App** (for a company: in the settings of its organization).",
      "https://github.com/settings/developers",
    ),
    step(
      "**Homepage URL** 填站点地址，**Authorization callback URL** 填本页给出的回调地址（只能填一个），点 **Register application**。",
      "**Homepage URL** is the site, **Authorization callback URL** the redirect URL of this page (there can be one only); press **Register application**.",
    ),
    step(
      "复制 **Client ID**，点 **Generate a new client secret** 并复制（只显示一次）。",
      "Copy the **Client ID**, press **Generate a new client secret** and copy it (shown once).",
    ),
    TRY_STEP,
  ],
  fields: [
    textField("clientId", CLIENT_ID),
    secretField("clientSecret", CLIENT_SECRET),
    apiField(HOME, say("只有 GitHub Enterprise 需要修改。", "Only GitHub Enterprise has another.")),
  ],
};

const homeOf = ({ settings }: OpenProvider) => fieldOf(guide, settings, "baseUrl");
/** GitHub Enterprise has its API under its own host. */
const apiOf = (home: string) =>
  home === HOME ? "https://api.github.com" : joinUrl(home, "/api/v3");

/** Errors come with a status of 200. */
async function takeToken(provider: OpenProvider, form: Record<string, string>, ask: Ask) {
  const { settings, secret } = provider;
  const client = { client_id: settings.clientId ?? "", client_secret: secret.clientSecret ?? "" };
  const url = joinUrl(homeOf(provider), "/login/oauth/access_token");
  const answer = await ask({ url, form: { ...client, ...form } });
  if (!answer.ok) return answer;
  const { access_token, error, error_description } = answer.value;
  return ok({
    token: asText(access_token),
    error: asText(error),
    detail: asText(error_description) ?? asText(error) ?? "",
  });
}

export const github: CodeKind = {
  kind: "github",
  label: say("GitHub", "GitHub"),
  guide,
  path: "callback",
  async authorizeUrl(provider, way) {
    const query = new URLSearchParams({
      client_id: provider.settings.clientId ?? "",
      redirect_uri: way.redirectUri,
      scope: "read:user user:email",
      state: way.state,
      code_challenge: way.challenge,
      code_challenge_method: "S256",
    });
    return ok(`${joinUrl(homeOf(provider), "/login/oauth/authorize")}?${query}`);
  },
  async person(provider, way, ask) {
    const { code, redirectUri: redirect_uri, verifier: code_verifier } = way;
    const traded = await takeToken(provider, { code, redirect_uri, code_verifier }, ask);
    if (!traded.ok) return failed(traded.error);
    const { token, error, detail } = traded.value;
    if (!token) return refused("failed", `${error}: ${detail}`);
    const home = homeOf(provider);
    const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" };
    const user = await ask({ url: joinUrl(apiOf(home), "/user"), headers });
    if (!user.ok) return failed(user.error);
    const { id, name, login } = user.value;
    if (typeof id !== "number") return refused("not_proven", "GitHub named nobody");
    const emails = await ask({ url: joinUrl(apiOf(home), "/user/emails"), headers });
    const found = emails.ok ? asArray(emails.value.items).map(asObject) : [];
    const primary = found.find((one) => one?.primary === true);
    return ok({
      // Log-in names change hands; the number does not.
      subject: `${home} ${id}`,
      email: asText(primary?.email),
      emailVerified: primary?.verified === true,
      name: asText(name) ?? asText(login) ?? "",
    });
  },
  async check(provider, ask) {
    const answer = await takeToken(provider, { code: "portico-test" }, ask);
    if (!answer.ok) {
      const { detail } = answer.error;
      return [stopped("reachable", "没有连上 GitHub", "GitHub could not be asked", detail)];
    }
    const reached = passed("reachable", "GitHub 有应答。", "GitHub answers.");
    const known = answer.value.error === "bad_verification_code";
    return [
      reached,
      known
        ? passed("client", "Client ID 和 secret 有效。", "The client id and secret are accepted.")
        : stopped(
            "client",
            "GitHub 不接受 Client ID 或 secret，请重新复制",
            "The client id or secret is not accepted: copy both again",
            answer.value.detail,
          ),
    ];
  },
};
