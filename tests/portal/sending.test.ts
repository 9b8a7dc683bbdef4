import { conversationMarkdown } from "@portal/features/chat/export-markdown.ts";
import { isSendKey } from "@portal/features/chat/send-key.ts";
import { fileNameOf } from "@portal/lib/download.ts";
import { sentenceOfCode } from "@portal/lib/sentence.ts";
import { en } from "@portal/lib/texts/en.ts";
import { zhCn } from "@portal/lib/texts/zh-cn.ts";
import { describe, expect, test } from "vitest";
import { message } from "./support.ts";

const press = (part: Partial<Parameters<typeof isSendKey>[0]> = {}) => ({
  key: "Enter",
  shiftKey: false,
  altKey: false,
  metaKey: false,
  ctrlKey: false,
  ...part,
});

describe("the key that sends", () => {
  test("is Enter, and Shift + Enter makes a line", () => {
    expect(isSendKey(press(), "enter")).toBe(true);
    expect(isSendKey(press({ shiftKey: true }), "enter")).toBe(false);
    expect(isSendKey(press({ key: "a" }), "enter")).toBe(false);
  });

  test("is ⌘ or Ctrl + Enter for those who chose that", () => {
    expect(isSendKey(press(), "mod")).toBe(false);
    expect(isSendKey(press({ ctrlKey: true }), "mod")).toBe(true);
    expect(isSendKey(press({ metaKey: true }), "mod")).toBe(true);
  });
});

describe("a conversation as a file", () => {
  test("has speakers, texts, sources and says who wrote it", () => {
    const markdown = conversationMarkdown({
      title: "周报",
      messages: [
        message({ id: "1", text: "写周报", images: ["data:image/png;base64,AA=="] }),
        message({
          id: "2",
          role: "assistant",
          text: "## 本周\n",
          citations: [
            { index: 1, title: "文档", url: "https://example.com", snippet: null },
            { index: 2, title: "内部", url: null, snippet: null },
          ],
        }),
      ],
      nameOf: () => "向导",
      text: zhCn,
      locale: "zh-CN",
    });
    expect(markdown).toContain("# 周报\n\n## 你\n\n");
    expect(markdown).toContain("[图片 1]\n\n写周报");
    expect(markdown).toContain("## 向导\n\n");
    expect(markdown).toContain("1. [文档](https://example.com)\n2. 内部");
    expect(markdown).not.toContain("base64");
    expect(markdown.endsWith(`> ${zhCn.aiNotice}\n`)).toBe(true);
  });

  test("gets a name every system accepts", () => {
    expect(fileNameOf('a/b\\c:d*e?"f"<g>|h\n')).toBe("a b c d e f g h");
    expect(fileNameOf("../..")).not.toContain("/");
    expect(fileNameOf("")).toBe("conversation");
    expect(fileNameOf("字".repeat(300))).toHaveLength(80);
  });
});

test("known errors are said in the page's language, others in the server's words", () => {
  expect(sentenceOfCode("insufficient_credits", "x", zhCn)).toBe("积分不足以支付这条消息。");
  expect(sentenceOfCode("upstream_rejected", "The model says no.", zhCn)).toBe(
    "The model says no.",
  );
  expect(sentenceOfCode("constructor", "own words", en)).toBe("own words");
});

test("both languages have the same errors and no empty text", () => {
  const keys = (value: object) => Object.keys(value).sort();
  expect(keys(zhCn.errors)).toEqual(keys(en.errors));
  for (const text of [en, zhCn]) {
    for (const value of Object.values(text))
      if (typeof value === "string") expect(value).not.toBe("");
  }
});
