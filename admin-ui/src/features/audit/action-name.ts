/** `users.grants` as a person reads it: each word of an action by itself, unknown ones as they are. */
import type { Locale } from "../../lib/i18n.ts";

const WORDS: Record<string, Record<Locale, string>> = {
  // areas
  audit: { en: "Audit log", "zh-CN": "审计日志" },
  agents: { en: "Agents", "zh-CN": "智能体" },
  apps: { en: "Apps", "zh-CN": "应用" },
  config: { en: "Configuration file", "zh-CN": "配置文件" },
  connections: { en: "Connections", "zh-CN": "连接" },
  editions: { en: "Editions", "zh-CN": "版本" },
  hosts: { en: "Domains", "zh-CN": "域名" },
  identities: { en: "Linked accounts", "zh-CN": "关联账号" },
  invitations: { en: "Invitations", "zh-CN": "邀请" },
  keys: { en: "API keys", "zh-CN": "API 密钥" },
  levels: { en: "Levels", "zh-CN": "订阅等级" },
  mail: { en: "Mail", "zh-CN": "邮件" },
  models: { en: "Models", "zh-CN": "模型" },
  password: { en: "Password", "zh-CN": "密码" },
  sessions: { en: "Sessions", "zh-CN": "会话" },
  sign_in: { en: "Log-in", "zh-CN": "登录" },
  "sign-in": { en: "Ways to log in", "zh-CN": "登录方式" },
  sign_out: { en: "Log-out", "zh-CN": "退出登录" },
  site: { en: "Site settings", "zh-CN": "站点设置" },
  sites: { en: "Sites", "zh-CN": "站点" },
  subdomain: { en: "Subdomain", "zh-CN": "子域名" },
  users: { en: "Users", "zh-CN": "用户" },
  // parts and verbs
  answer: { en: "allowed or denied", "zh-CN": "允许或拒绝" },
  authorise: { en: "consent asked for", "zh-CN": "请求授权" },
  cache: { en: "kept answers", "zh-CN": "缓存" },
  change: { en: "changed", "zh-CN": "修改" },
  check: { en: "checked", "zh-CN": "检查" },
  consent: { en: "consent given", "zh-CN": "授权完成" },
  corrections: { en: "balance corrected", "zh-CN": "余额更正" },
  create: { en: "made", "zh-CN": "新建" },
  delete: { en: "deleted", "zh-CN": "删除" },
  grants: { en: "credits granted", "zh-CN": "发放积分" },
  left_out: { en: "more than is kept", "zh-CN": "超出保留上限" },
  order: { en: "order", "zh-CN": "排序" },
  prices: { en: "prices", "zh-CN": "价格" },
  providers: { en: "providers", "zh-CN": "身份提供方" },
  suspend: { en: "suspended", "zh-CN": "停用" },
  test: { en: "tested", "zh-CN": "测试" },
};

export function actionName(action: string, locale: Locale): string {
  return action
    .split(".")
    .map((word) => WORDS[word]?.[locale] ?? word)
    .join(" · ");
}

/** What the filter offers. */
export const AREAS = [
  "sign_in",
  "sign_out",
  "users",
  "keys",
  "invitations",
  "apps",
  "connections",
  "models",
  "agents",
  "levels",
  "site",
  "hosts",
  "subdomain",
  "sign-in",
  "mail",
  "password",
  "config",
] as const;
