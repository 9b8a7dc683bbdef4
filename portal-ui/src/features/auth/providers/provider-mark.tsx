import type { ProviderKind } from "@contract/providers.ts";

/** Letters in place of logos, which are not ours to ship; in the platform's own colour. */
const LETTERS: Record<ProviderKind, string> = {
  oidc: "ID",
  google: "G",
  microsoft: "M",
  github: "Gh",
  wecom: "企",
  dingtalk: "钉",
  feishu: "飞",
  wechat: "微",
  link: "→",
};

export function ProviderMark({ kind }: { kind: ProviderKind }) {
  return (
    <span className="provider-mark" data-kind={kind} aria-hidden="true">
      {LETTERS[kind]}
    </span>
  );
}
