/** A statement as a file. */
import type { CsvCell } from "../contract/csv.ts";
import { type Locale, MICRO_PER_CREDIT } from "../contract/values.ts";
import type { EntryType, StatementQuery, UsageSource, WalletEntry } from "../contract/wallet.ts";
import { csvStream } from "./csv-stream.ts";
import type { Services } from "./services.ts";
import { type Owner, walletEntries } from "./wallets.ts";

const PAGE = 200;

interface Words {
  header: readonly string[];
  types: Record<EntryType, string>;
  sources: Record<UsageSource, string>;
}

const WORDS: Record<Locale, Words> = {
  en: {
    header: [
      "Time (UTC)",
      "Type",
      "Model or agent",
      "Credits",
      "Balance",
      "Held",
      "Not collected",
      "Usage",
      "Price version",
      "Request",
      "API key",
      "Reason",
      "Corrected by",
      "Entry",
    ],
    types: { grant: "Grant", charge: "Charge", expiry: "Expired", correction: "Correction" },
    sources: {
      reported: "reported",
      partial: "partly estimated",
      estimated: "estimated",
      none: "none",
    },
  },
  "zh-CN": {
    header: [
      "时间 (UTC)",
      "类型",
      "模型或智能体",
      "积分",
      "余额",
      "预占",
      "未收取",
      "用量来源",
      "价格版本",
      "请求",
      "API 密钥",
      "原因",
      "更正人",
      "记录",
    ],
    types: { grant: "发放", charge: "扣费", expiry: "过期", correction: "更正" },
    sources: { reported: "平台上报", partial: "部分估算", estimated: "估算", none: "无" },
  },
};

/** The language to answer in: the first of those asked for that there is. */
export function preferredLocale(acceptLanguage: string | undefined, fallback: Locale): Locale {
  const wanted = (acceptLanguage ?? "").split(",").map((part) => {
    const [tag = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const weight = parameters.find((text) => text.startsWith("q="))?.slice(2);
    return { language: tag.split("-")[0], weight: weight === undefined ? 1 : Number(weight) };
  });
  for (const { language, weight } of wanted.toSorted((a, b) => b.weight - a.weight)) {
    if (!(weight > 0)) continue;
    if (language === "zh") return "zh-CN";
    if (language === "en") return "en";
  }
  return fallback;
}

/** UTF-8 CSV of every line that the filter lets through, newest first. */
export function statementCsv(
  services: Services,
  owner: Owner,
  filter: StatementQuery,
  locale: Locale,
): ReadableStream<Uint8Array> {
  const words = WORDS[locale];
  return csvStream(
    words.header,
    (after) => walletEntries(services, owner, { ...filter, limit: PAGE, after }),
    (entry) => cellsOf(entry, words),
  );
}

const credits = (micro: number | null): CsvCell => micro && micro / MICRO_PER_CREDIT;

function cellsOf(entry: WalletEntry, { types, sources }: Words): CsvCell[] {
  return [
    entry.at,
    types[entry.type],
    entry.model,
    credits(entry.amount_micro),
    credits(entry.balance_micro),
    credits(entry.held_micro),
    credits(entry.uncollected_micro),
    entry.usage_source && sources[entry.usage_source],
    entry.price_version,
    entry.request_id,
    entry.key_id,
    entry.reason,
    entry.actor,
    entry.id,
  ];
}
