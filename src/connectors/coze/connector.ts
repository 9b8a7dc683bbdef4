/**
 * Coze (coze.cn, coze.com) and Coze Studio on a server of one's own: bots, chatflows and workflows
 * of all workspaces that a token reaches. Coze keeps the conversations and names them itself.
 */
import * as z from "zod";
import { fail, ok } from "../../core/result.ts";
import type { Connector } from "../connector.ts";
import { baseUrlSchema, keySchema, say } from "../kit/guide.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asText } from "../kit/json.ts";
import { joinUrl } from "../kit/urls.ts";
import { CozeDecoder } from "./decoder.ts";
import { advise, explain } from "./errors.ts";
import { CLIENT_ID_PATTERN, guide, SITES, TOKEN_PATTERN } from "./guide.ts";
import { oauth } from "./oauth.ts";
import { dataOf, get, listWorkspaces, offersOfAll } from "./offers.ts";
import { type CozeSecret, type CozeSettings, headersOf, prepareChat } from "./request.ts";

export const coze: Connector<CozeSettings, CozeSecret> = {
  id: "coze",
  label: say("扣子 Coze", "Coze"),
  family: "agents",
  guide,
  settings: z
    .strictObject({
      region: z.enum(["cn", "com"]).default("cn"),
      baseUrl: z.union([z.literal(""), baseUrlSchema()]).optional(),
    })
    .transform(({ region, baseUrl }) => ({ baseUrl: baseUrl || SITES[region] })),
  secret: z
    .strictObject({
      accessToken: keySchema(TOKEN_PATTERN).optional(),
      clientId: keySchema(CLIENT_ID_PATTERN).optional(),
      clientSecret: keySchema().optional(),
    })
    .refine(
      ({ accessToken, clientId, clientSecret }) =>
        Boolean(clientId) === Boolean(clientSecret) && Boolean(accessToken ?? clientId),
      { path: ["accessToken"], message: "an access token, or the id and secret of an OAuth app" },
    )
    .transform((values) => ({ ...values, accessToken: values.accessToken ?? "" })),
  oauth,
  // Agents that use tools are silent for long, and there is no ping.
  limits: { timeoutMs: 600_000, idleTimeoutMs: 180_000, responseBytesMax: 64 * 1024 * 1024 },
  // The chat goes on when the reader leaves, and tells its usage only at the end.
  disconnect: "drain",
  address: (settings) => settings.baseUrl,
  probe: {
    prepare: (account) => get(account, "/v1/users/me"),
    read: (answer) => {
      const data = dataOf(answer);
      if (!data.ok) return data;
      return ok({ account: asText(data.value.nick_name) ?? asText(data.value.user_name) });
    },
  },
  offers: {
    prepare: (account) => listWorkspaces(account),
    read: (answer) => {
      const data = dataOf(answer);
      return data.ok ? ok([]) : data;
    },
    walk: offersOfAll,
  },
  chat: {
    upload: {
      prepare: (account, { file }) => ({
        method: "POST",
        url: joinUrl(account.settings.baseUrl, "/v1/files/upload"),
        headers: headersOf(account, "application/json"),
        form: [{ name: "file", value: file }],
        framing: "json",
      }),
      read: (answer) => {
        const data = dataOf(answer);
        if (!data.ok) return data;
        const id = asText(data.value.id);
        return id === null
          ? fail(upstreamError("protocol_violation", "the uploaded file has no id"))
          : ok(id);
      },
    },
    prepare: prepareChat,
    decoder: () => new CozeDecoder(),
    stop: {
      prepare: (account, { work }) => {
        const [conversation_id, chat_id] = work.split("/");
        return {
          method: "POST",
          url: joinUrl(account.settings.baseUrl, "/v3/chat/cancel"),
          headers: headersOf(account, "application/json"),
          body: JSON.stringify({ conversation_id, chat_id }),
          framing: "json",
        };
      },
    },
  },
  explain,
  advise,
};
