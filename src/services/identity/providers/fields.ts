/** Fields and steps that the guides of several kinds share. */
import type { Guide, GuideField } from "../../../contract/guide.ts";
import type { LocalText } from "../../../contract/values.ts";
import { say } from "./ask.ts";

export function step(zh: string, en: string, link?: string): Guide["steps"][number] {
  return link === undefined ? { text: say(zh, en) } : { text: say(zh, en), link };
}

/** The last step of every guide. */
export const TRY_STEP = step(
  "粘贴到下面，点 **测试**，保存后在无痕窗口里登录一次。",
  "Paste it below, press **Test**, save, and log in once in a private window.",
);

export function textField(
  name: string,
  label: LocalText,
  more: Partial<Omit<GuideField, "name" | "label" | "in" | "kind">> = {},
): GuideField {
  return { name, in: "settings", kind: "text", label, required: true, ...more };
}

export function secretField(
  name: string,
  label: LocalText,
  more: Partial<Omit<GuideField, "name" | "label" | "in" | "kind">> = {},
): GuideField {
  return { name, in: "secret", kind: "password", label, required: true, ...more };
}

export const CLIENT_ID = say("客户端 ID", "Client ID");
export const CLIENT_SECRET = say("客户端密钥", "Client secret");

/** Where the platform's API is asked: itself, or a proxy of the site's own in front of it. */
export function apiField(usual: string, help: LocalText): GuideField {
  return {
    name: "baseUrl",
    in: "settings",
    kind: "url",
    label: say("接口地址", "Address of the API"),
    help,
    placeholder: usual,
    default: usual,
    required: false,
    pattern: WEB_ADDRESS,
  };
}

export const WEB_ADDRESS = {
  source: "^https?://[^\\s?#]+$",
  message: say("请填写完整网址，如 https://…", "A full address such as https://…"),
};
