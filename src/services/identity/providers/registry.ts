/** The only file that names every kind of other place to log in at. */
import {
  PROVIDER_KINDS,
  type ProviderKind,
  type ProviderKindInfo,
} from "../../../contract/providers.ts";
import { dingtalk } from "./dingtalk.ts";
import { feishu } from "./feishu.ts";
import { github } from "./github.ts";
import type { IdentityKind } from "./kind.ts";
import { google, microsoft, oidc } from "./presets.ts";
import { signedLink } from "./signed-link.ts";
import { wechat } from "./wechat.ts";
import { wecom } from "./wecom.ts";

const KINDS: Record<ProviderKind, IdentityKind> = {
  oidc,
  google,
  microsoft,
  github,
  wecom,
  dingtalk,
  feishu,
  wechat,
  link: signedLink,
};

/** Null: a kind that this version does not know. */
export const identityKind = (kind: string): IdentityKind | null =>
  Object.hasOwn(KINDS, kind) ? KINDS[kind as ProviderKind] : null;

/** What the console draws. */
export const kindInfos = (): ProviderKindInfo[] =>
  PROVIDER_KINDS.map((kind) => {
    const { label, guide, path } = KINDS[kind];
    return { kind, label, guide, path };
  });
