import { createGrowingLexer, isClosedFence, lex } from "@portal/features/markdown/lexer.ts";
import { plainText } from "@portal/features/markdown/plain-text.ts";
import type { Token } from "marked";
import { describe, expect, test } from "vitest";

/** Inline tokens of the first paragraph as `type(text)`. */
function inline(markdown: string): string[] {
  const tokens = lex(markdown)[0]?.tokens ?? [];
  return tokens.map((token) => {
    const { type, text, tex } = token as Token & { text?: string; tex?: string };
    return `${type}(${tex ?? text ?? ""})`;
  });
}

describe("emphasis beside Chinese text", () => {
  const cases: [string, string[]][] = [
    ["**注意：**请先登录", ["strong(注意：)", "text(请先登录)"]],
    ["这是**“引用”**的话", ["text(这是)", "strong(“引用”)", "text(的话)"]],
    ["**《红楼梦》**是小说", ["strong(《红楼梦》)", "text(是小说)"]],
    ["先**注意：**再**登录**", ["text(先)", "strong(注意：)", "text(再)", "strong(登录)"]],
    ["**注意:**请登录", ["strong(注意:)", "text(请登录)"]],
    ["增长**50%**以上", ["text(增长)", "strong(50%)", "text(以上)"]],
    ["*（斜体）*文字", ["em(（斜体）)", "text(文字)"]],
    ["~~删除。~~之后", ["del(删除。)", "text(之后)"]],
    ["**한국어(조선말)**는", ["strong(한국어(조선말))", "text(는)"]],
    ["**日本語。**です", ["strong(日本語。)", "text(です)"]],
    ["**a** and *b*", ["strong(a)", "text( and )", "em(b)"]],
    ["snake_case_name", ["text(snake_case_name)"]],
    ["（_强调_）", ["text(（)", "em(强调)", "text(）)"]],
  ];
  test.each(cases)("%s", (markdown, expected) => {
    expect(inline(markdown)).toEqual(expected);
  });

  test("what stands inside keeps its own punctuation and marks", () => {
    const strong = lex("**重点：`代码`、*斜体*。**之后")[0]?.tokens?.[0];
    expect(strong?.tokens?.map((token) => [token.type, token.raw])).toEqual([
      ["text", "重点："],
      ["codespan", "`代码`"],
      ["text", "、"],
      ["em", "*斜体*"],
      ["text", "。"],
    ]);
  });

  test("one tilde is a range, not struck out", () => {
    expect(inline("5~10 个，20~30 元")).toEqual(["text(5~10 个，20~30 元)"]);
  });

  test("asterisks of a product are left alone", () => {
    expect(inline("3 * 4 * 5")).toEqual(["text(3 * 4 * 5)"]);
  });

  test("a thousand open delimiters are lexed in reasonable time", () => {
    const started = performance.now();
    lex("**注意：".repeat(1000));
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe("bare addresses", () => {
  test("end where Chinese punctuation or text goes on", () => {
    expect(inline("见https://example.com，谢谢")).toContain("link(https://example.com)");
    expect(inline("打开 https://example.com查看")).toContain("link(https://example.com)");
    expect(inline("在 https://example.com/a?b=1。完")).toContain("link(https://example.com/a?b=1)");
  });

  test("keep Chinese in a path", () => {
    expect(inline("https://zh.example.org/wiki/中国 是")[0]).toBe(
      "link(https://zh.example.org/wiki/中国)",
    );
  });
});

describe("mathematics", () => {
  test.each([
    ["能量 $E=mc^2$ 公式", "math(E=mc^2)"],
    ["由 \\(a^2+b^2\\) 得", "math(a^2+b^2)"],
    ["得 $$\\frac{1}{2}$$ 完", "math(\\frac{1}{2})"],
    ["$x$，$y$", "math(y)"],
    ["$v = \\text{速度}$", "math(v = \\text{速度})"],
  ])("%s", (markdown, expected) => {
    expect(inline(markdown)).toContain(expected);
  });

  test.each(["it costs $5 and $10", "$ 5 和 $ 6", "花了$a，又花了$b", "a $ b $ c", "US$x and y$5"])(
    "%s is money or text",
    (markdown) => {
      expect(inline(markdown).filter((token) => token.startsWith("math"))).toEqual([]);
    },
  );

  test("a formula on its own lines is a block, also right after text", () => {
    const tokens = lex("设：\n$$\na = b\n$$\n所以\n\\[\nc\n\\]\n完");
    expect(tokens.map((token) => token.type)).toEqual([
      "paragraph",
      "math",
      "paragraph",
      "math",
      "paragraph",
    ]);
  });

  test("signs inside code stay code", () => {
    expect(inline("`$x$` 和 `\\(y\\)`").filter((token) => token.startsWith("math"))).toEqual([]);
  });
});

describe("a growing text", () => {
  const sample = [
    "# 标题",
    "第一段，**注意：**重要。",
    "1. 一\n\n2. 二\n   - 内\n\n   续段\n",
    "| 甲 | 乙 |\n| - | - |\n| 1 | 2 |",
    "```ts\nconst a = 1;\n\n\nconst b = 2;\n```",
    "> 引用\n> 继续",
    "$$\nx^2\n$$",
    "结尾\n===",
    "- a\n- b\n\n\n文字 [链接](https://example.com) 与 https://example.org。",
  ].join("\n\n");

  test("ends in the same blocks as the whole text, wherever it was cut", () => {
    const growing = createGrowingLexer();
    let last: Token[] = [];
    for (let end = 1; end <= sample.length; end += 1) last = growing.lex(sample.slice(0, end));
    const shape = (tokens: Token[]) => tokens.map((token) => [token.type, token.raw]);
    expect(shape(last)).toEqual(shape(lex(sample)));
  });

  test("at every cut the blocks together are exactly the text", () => {
    const growing = createGrowingLexer();
    for (let end = 1; end <= sample.length; end += 7) {
      const text = sample.slice(0, end);
      const raw = growing.lex(text).map((token) => token.raw);
      expect(raw.join("").trimEnd()).toBe(text.trimEnd());
    }
  });

  test("keeps the token objects of settled blocks", () => {
    const growing = createGrowingLexer();
    const before = growing.lex("一\n\n二\n\n三\n\n四");
    const after = growing.lex("一\n\n二\n\n三\n\n四五");
    expect(after[0]).toBe(before[0]);
    expect(after.at(-1)).not.toBe(before.at(-1));
  });

  test("starts anew when the text was replaced", () => {
    const growing = createGrowingLexer();
    growing.lex("一\n\n二\n\n三\n\n四");
    expect(growing.lex("甲\n\n乙").map((token) => token.raw)).toEqual(["甲", "\n\n", "乙"]);
  });

  test("a fence is closed only by its own fence", () => {
    expect(isClosedFence("```js\na")).toBe(false);
    expect(isClosedFence("```js\na\n```")).toBe(true);
    expect(isClosedFence("````\n```\n")).toBe(false);
    expect(isClosedFence("```")).toBe(false);
    expect(isClosedFence("    indented")).toBe(true);
  });
});

test("copying as text drops the marks and keeps the words", () => {
  const markdown =
    "## 标题\n\n**注意：**请看 [文档](https://example.com)。\n\n1. 一\n2. 二\n\n| a | b |\n|-|-|\n| 1 | 2 |\n\n```js\nlet x;\n```";
  expect(plainText(markdown)).toBe(
    "标题\n\n注意：请看 文档。\n\n1. 一\n2. 二\n\na\tb\n1\t2\n\nlet x;",
  );
});
