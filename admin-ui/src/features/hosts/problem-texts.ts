import { defineTexts } from "../../lib/i18n.ts";

/** What stands in the way of a domain, and what to do about it. */
export const problemTexts = defineTexts(
  {
    said: (detail: string) => `Seen or said: ${detail}`,
    problems: {
      proof_missing: {
        what: "The TXT record is not there yet.",
        todo: "Add it as shown below. It can take from minutes to an hour until all resolvers see it; we look again by ourselves.",
      },
      proof_wrong: {
        what: "There is a TXT record, but with another text.",
        todo: "Its value must be exactly the one below, without quotes or spaces around it.",
      },
      proof_differs: {
        what: "Some resolvers see the TXT record, others do not yet.",
        todo: "It is spreading: wait a little. After hours, look whether all your name servers answer the same.",
      },
      dns_unreachable: {
        what: "The DNS could not be asked.",
        todo: "Look whether the domain's name servers work and its DNSSEC is sound. We try again by ourselves.",
      },
      held: {
        what: "The proof is right, but another site here has this domain.",
        todo: "Whoever runs that site can remove it there. If the domain is yours now, take the other portico-verification record out of its DNS and check again.",
      },
      claim_ended: {
        what: "For a month no proof was seen.",
        todo: "Add the TXT record and check now; we then look again by ourselves.",
      },
      proof_gone: {
        what: "The TXT record that proved the domain is gone.",
        todo: "Put it back as shown below and leave it there. Without it the domain stops leading here after seven days.",
      },
      taken_over: {
        what: "Another site has proven that this domain is its own.",
        todo: "If it is yours, put your TXT record back, take the other one out, and check now.",
      },
      address_missing: {
        what: "The domain does not lead here yet.",
        todo: "Add the CNAME record below and take away other records of that name (A, AAAA). It can take up to an hour to be seen.",
      },
      certificate_pending: {
        what: "The certificate is being made.",
        todo: "Nothing to do: this takes some minutes.",
      },
      certificate_failed: {
        what: "No certificate could be made.",
        todo: "Look at the domain's CAA records: they must allow the authority, or not be there. Old _acme-challenge records must go. Then check now.",
      },
      hostname_moved: {
        what: "The domain leads somewhere else now.",
        todo: "Point its CNAME to the value below again, then check now.",
      },
      hostname_blocked: {
        what: "Cloudflare has blocked this domain.",
        todo: "Ask the operator, who can have it unblocked by Cloudflare.",
      },
      hostname_refused: {
        what: "Cloudflare does not take this domain.",
        todo: "Look at the name and at what was said; a domain that another Cloudflare zone has must be taken out there first.",
      },
      provider_quota: {
        what: "The operator's account has no room for more domains.",
        todo: "Ask the operator to raise its limit. We try again by ourselves.",
      },
      provider_credentials: {
        what: "Cloudflare does not accept the operator's token.",
        todo: "Ask the operator to look at PORTICO_CLOUDFLARE_API_TOKEN. We try again by ourselves.",
      },
      provider_busy: {
        what: "Cloudflare could not be asked just now.",
        todo: "Nothing to do: we try again by ourselves.",
      },
    },
  },
  {
    said: (detail: string) => `查询或返回的内容：${detail}`,
    problems: {
      proof_missing: {
        what: "尚未查到 TXT 记录。",
        todo: "请按下方内容添加。各地解析器看到记录需要几分钟到一小时，系统会自动再次检查。",
      },
      proof_wrong: {
        what: "查到了 TXT 记录，但内容不一致。",
        todo: "记录值必须与下方完全一致，前后不要有引号或空格。",
      },
      proof_differs: {
        what: "部分解析器已看到 TXT 记录，其余还没有。",
        todo: "记录正在生效，请稍候。若数小时后仍如此，请检查所有域名服务器的应答是否一致。",
      },
      dns_unreachable: {
        what: "暂时无法查询 DNS。",
        todo: "请检查域名服务器是否正常、DNSSEC 是否正确。系统会自动重试。",
      },
      held: {
        what: "验证通过，但本平台的另一个站点正在使用该域名。",
        todo: "可由该站点移除。若域名现已归你，请从 DNS 中删除另一条 portico-verification 记录，再次检查。",
      },
      claim_ended: {
        what: "一个月内未查到验证记录。",
        todo: "请添加 TXT 记录并点击立即检查，之后系统会继续自动检查。",
      },
      proof_gone: {
        what: "用于验证域名的 TXT 记录不见了。",
        todo: "请按下方内容恢复并一直保留，否则七天后该域名将不再指向本站点。",
      },
      taken_over: {
        what: "另一个站点已证明该域名归其所有。",
        todo: "若域名属于你，请恢复你的 TXT 记录、删除另一条，然后立即检查。",
      },
      address_missing: {
        what: "域名尚未指向这里。",
        todo: "请添加下方的 CNAME 记录，并删除该名称的其他记录（A、AAAA）。生效最多可能需要一小时。",
      },
      certificate_pending: {
        what: "正在签发证书。",
        todo: "无需操作，几分钟即可完成。",
      },
      certificate_failed: {
        what: "证书签发失败。",
        todo: "请检查域名的 CAA 记录：需允许该证书机构，或不设置。请删除遗留的 _acme-challenge 记录，然后立即检查。",
      },
      hostname_moved: {
        what: "域名已指向别处。",
        todo: "请将 CNAME 重新指向下方的值，然后立即检查。",
      },
      hostname_blocked: {
        what: "Cloudflare 已封禁该域名。",
        todo: "请联系运营者，由其向 Cloudflare 申请解封。",
      },
      hostname_refused: {
        what: "Cloudflare 不接受该域名。",
        todo: "请核对域名及返回的说明；若域名在其他 Cloudflare 区域中，需先在那里移除。",
      },
      provider_quota: {
        what: "运营者账户的域名数量已达上限。",
        todo: "请联系运营者提高上限。系统会自动重试。",
      },
      provider_credentials: {
        what: "Cloudflare 不接受运营者的令牌。",
        todo: "请联系运营者检查 PORTICO_CLOUDFLARE_API_TOKEN。系统会自动重试。",
      },
      provider_busy: {
        what: "暂时无法联系 Cloudflare。",
        todo: "无需操作，系统会自动重试。",
      },
    },
  },
);
