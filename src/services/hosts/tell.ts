/**
 * Tells a site that one of its domains is in danger, or gone: its owners by mail, the site by a
 * notice, and what was taken by the audit. Of these only the audit may stop what is being done: a
 * mail that cannot be sent changes nothing about whose a domain is.
 */
import type { SiteNotice } from "../../contract/notices.ts";
import type { Locale } from "../../contract/values.ts";
import { loggable } from "../../core/failure.ts";
import { meterOf } from "../../durable/meter/client.ts";
import type { ClaimKey } from "../../store/hosts.ts";
import { findSite } from "../../store/sites.ts";
import { ownersOf } from "../../store/users.ts";
import { recordAudit } from "../audit.ts";
import type { Letter } from "../mail/letter.ts";
import { sendMail } from "../mail/send.ts";
import type { Services } from "../services.ts";
import { LOST_MS } from "./verdict.ts";

type News = { kind: "host_proof_gone" } | { kind: "host_lost"; why: "proof_gone" | "taken_over" };

export async function tellSite(
  services: Services,
  { siteId, host }: ClaimKey,
  news: News,
  now: number,
): Promise<void> {
  if (news.kind === "host_lost") {
    await recordAudit(services, siteId, {
      action: "hosts.lost",
      actor: { kind: "system", id: "", name: "" },
      target: { kind: "hosts", id: host, name: host },
      asked: { why: news.why },
      address: null,
      agent: null,
      requestId: null,
    });
  }
  const id = `${news.kind}:${host}:${now}`;
  const notice: SiteNotice = { ...news, id, at: new Date(now).toISOString(), host };
  const told = await Promise.allSettled([
    meterOf(services.env, siteId).notice([notice]),
    writeToOwners(services, siteId, (locale) => letterOf(locale, host, news, now)),
  ]);
  for (const one of told) {
    if (one.status === "rejected") console.warn("not told", siteId, host, loggable(one.reason));
  }
}

async function writeToOwners(
  services: Services,
  siteId: string,
  letter: (locale: Locale) => Letter,
): Promise<void> {
  const site = await findSite(services.db, siteId);
  if (!site) return;
  for (const { email, locale } of await ownersOf(services.db, siteId)) {
    await sendMail(services, site, { to: email, letter: letter(locale ?? site.locale) });
  }
}

function letterOf(locale: Locale, host: string, news: News, now: number): Letter {
  const end = new Date(now + LOST_MS).toISOString().slice(0, 10);
  const what = news.kind === "host_lost" ? news.why : "in_danger";
  return LETTERS[locale][what](host, end);
}

type Letters = Record<
  "in_danger" | "proof_gone" | "taken_over",
  (host: string, end: string) => Letter
>;

const LETTERS: Record<Locale, Letters> = {
  en: {
    in_danger: (host, end) => ({
      subject: `${host} stops leading to your site on ${end}`,
      paragraphs: [
        `The TXT record that proves that ${host} is yours is gone from its DNS.`,
        `Put it back as the console shows it, under Domains. Otherwise ${host} leads to your site no more from ${end}.`,
      ],
    }),
    proof_gone: (host) => ({
      subject: `${host} leads to your site no more`,
      paragraphs: [
        `For seven days the TXT record that proves that ${host} is yours was not in its DNS.`,
        "Put it back as the console shows it, under Domains, and check there: then it leads to your site again. Your subdomain has worked all the time.",
      ],
    }),
    taken_over: (host) => ({
      subject: `${host} belongs to another site now`,
      paragraphs: [
        `Whoever manages the DNS of ${host} has given it to another site: its record is there, and yours is gone.`,
        "If the domain is yours, look into its DNS: put your TXT record back, take the other one out, and check under Domains in the console.",
      ],
    }),
  },
  "zh-CN": {
    in_danger: (host, end) => ({
      subject: `${host} 将于 ${end} 停止指向你的站点`,
      paragraphs: [
        `用于证明 ${host} 归你所有的 TXT 记录，已不在其 DNS 中。`,
        `请按控制台“域名”页面所示恢复该记录，否则自 ${end} 起，${host} 将不再指向你的站点。`,
      ],
    }),
    proof_gone: (host) => ({
      subject: `${host} 已不再指向你的站点`,
      paragraphs: [
        `连续七天未在 DNS 中查到证明 ${host} 归你所有的 TXT 记录。`,
        "请按控制台“域名”页面所示恢复该记录，并在那里点击立即检查，即可重新指向你的站点。二级域名一直可用。",
      ],
    }),
    taken_over: (host) => ({
      subject: `${host} 现已归另一个站点使用`,
      paragraphs: [
        `${host} 的 DNS 中出现了另一个站点的验证记录，而你的记录已不存在。`,
        "若域名属于你，请检查其 DNS：恢复你的 TXT 记录、删除另一条，然后在控制台“域名”页面点击立即检查。",
      ],
    }),
  },
};
