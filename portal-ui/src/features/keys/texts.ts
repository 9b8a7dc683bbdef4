/** What a key is limited to, in words; loaded with this page. */
import { type Locale, useLocale } from "../../lib/i18n.ts";

const en = {
  edit: "Edit",
  editTitle: "Change the key",
  changed: "The key was changed.",
  use: "What it is for",
  useGateway: "To use models and agents",
  useWallet: "Only to read balance and statement",
  readsOnly: "reads balance and statement only",
  limit: "Limit what this key may do",
  models: "Only for these models and agents",
  modelsHint: "One on each line, such as openai/* or agent/support. Empty: all that you may use.",
  modelBad: (line: string) => `${line}: a name, or its beginning and *, such as openai/*`,
  addModel: "Add a model or agent …",
  allow: "Only from these addresses",
  allowHint: "One on each line, such as 203.0.113.7 or 2001:db8::/32. Empty: from everywhere.",
  deny: "Never from these addresses",
  addressBad: (line: string) =>
    `${line}: an address such as 203.0.113.7, or a whole range such as 10.0.0.0/8`,
  perMonth: "At most so many credits a month",
  perMonthHint: "Empty: as many as you have.",
  perMonthBad: "A number above 0",
  onlyFor: (models: string) => `only ${models}`,
  more: (count: number) => `${count} more`,
  someAddresses: "from certain addresses",
  monthly: (credits: string) => `${credits} credits a month`,
};
export type KeyTexts = typeof en;

const zhCn: KeyTexts = {
  edit: "编辑",
  editTitle: "修改密钥",
  changed: "密钥已修改。",
  use: "用途",
  useGateway: "使用模型和智能体",
  useWallet: "仅读取余额和账单",
  readsOnly: "仅读取余额和账单",
  limit: "限制该密钥的用途",
  models: "仅限以下模型和智能体",
  modelsHint: "每行一个，例如 openai/* 或 agent/support。留空表示你可用的全部。",
  modelBad: (line) => `${line}：请填写名称，或名称开头加 *，例如 openai/*`,
  addModel: "添加模型或智能体…",
  allow: "仅允许这些地址",
  allowHint: "每行一个，例如 203.0.113.7 或 2001:db8::/32。留空表示不限。",
  deny: "拒绝这些地址",
  addressBad: (line) => `${line}：请填写地址（例如 203.0.113.7）或完整的地址段（例如 10.0.0.0/8）`,
  perMonth: "每月最多使用积分",
  perMonthHint: "留空表示不限。",
  perMonthBad: "请填写大于 0 的数字",
  onlyFor: (models) => `仅限 ${models}`,
  more: (count) => `另 ${count} 项`,
  someAddresses: "限定地址",
  monthly: (credits) => `每月 ${credits} 积分`,
};

const dictionaries: Record<Locale, KeyTexts> = { en, "zh-CN": zhCn };

export const keyTextsOf = (locale: Locale): KeyTexts => dictionaries[locale];
export const useKeyTexts = (): KeyTexts => keyTextsOf(useLocale());
