import { parseHighlighted } from "@portal/features/markdown/highlight.ts";
import { lex } from "@portal/features/markdown/lexer.ts";
import { decodeEntities, safeHref, safeImage } from "@portal/features/markdown/links.ts";
import { headingLevels, Markdown } from "@portal/features/markdown/markdown.tsx";
import { MarkdownProvider, type MarkdownSettings } from "@portal/features/markdown/settings.ts";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";

const settings: MarkdownSettings = {
  labels: {
    copyCode: "Copy code",
    copied: "Copied",
    wrapLines: "Wrap lines",
    codeBlock: "Code",
    table: "Table",
    diagram: "Diagram",
    showCode: "Show code",
    showDiagram: "Show diagram",
    diagramFailed: "Failed",
    remoteImage: "Image",
  },
  dark: false,
  origin: "https://acme.example",
  copy: () => Promise.resolve(true),
};

function render(text: string, finished = true): string {
  return renderToStaticMarkup(
    <MarkdownProvider value={settings}>
      <Markdown text={text} finished={finished} />
    </MarkdownProvider>,
  );
}

describe("what an answer can put on the page", () => {
  test("HTML in it stays text", () => {
    const html = render('<img src=x onerror="alert(1)"> <script>alert(2)</script>\n\n<div>x</div>');
    expect(html).not.toMatch(/<(img|script|div>x)/);
    expect(html).toContain("&lt;script&gt;");
  });

  test("a line break in a table is one", () => {
    expect(render("| a |\n|-|\n| x<br>y |")).toContain("x<br/>y");
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "/api/x",
  ])("a link to %s is only its text", (href) => {
    const html = render(`[click](${href})`);
    expect(html).toContain("click");
    expect(html).not.toContain("<a ");
  });

  test("links open elsewhere, without a way back", () => {
    expect(render("[a](https://example.com/x)")).toContain(
      '<a href="https://example.com/x" target="_blank" rel="noopener noreferrer nofollow">a</a>',
    );
    expect(render("mail a@example.com")).toContain('href="mailto:a@example.com"');
  });

  test("a remote picture is a link; nothing is loaded", () => {
    const html = render("![secret](https://evil.example/p.png?q=1)");
    expect(html).not.toContain("<img");
    expect(html).toContain('href="https://evil.example/p.png?q=1"');
  });

  test("a picture of this origin is shown", () => {
    expect(render("![logo](/files/a.png)")).toContain(
      '<img src="https://acme.example/files/a.png"',
    );
    expect(safeImage("//evil.example/a.png", settings.origin)).toBeNull();
    expect(safeImage("data:image/svg+xml;base64,AAAA", settings.origin)).toBeNull();
    expect(safeImage("data:image/png;base64,AAAA", settings.origin)).toMatch(/^data:/);
  });
});

describe("elements", () => {
  test("headings continue the outline of the page without skipping a level", () => {
    expect(headingLevels(lex("### a\n\n# b\n\n###### c"), 2)).toEqual([3, 4, 3, 4, 4]);
    expect(render("### deep")).toContain('<h3 class="md-h3">deep</h3>');
  });

  test("task lists show what is done", () => {
    const html = render("- [x] 完成\n- [ ] 未完");
    expect(html.match(/data-checked=""/g)).toHaveLength(1);
    expect(html.match(/md-task/g)).toHaveLength(2);
  });

  test("a table scrolls in a group that the keyboard reaches", () => {
    expect(render("| a | b |\n|:-:|--:|\n| 1 | 2 |")).toMatch(/role="group".*tabindex="0"/);
  });

  test("an ordered list keeps its first number", () => {
    expect(render("3. c\n4. d")).toContain('<ol start="3">');
  });

  test("character references are characters", () => {
    expect(decodeEntities("a &amp; b &#x4e2d; &lt;x&gt; &unknown;")).toBe("a & b 中 <x> &unknown;");
    expect(render("`&lt;`")).toContain("&amp;lt;");
  });

  test("a diagram is drawn only when its fence is closed", () => {
    expect(render("```mermaid\ngraph TD", false)).not.toContain("<iframe");
    expect(render("```mermaid\ngraph TD\n```", false)).toContain('sandbox="allow-scripts"');
  });

  test("a formula shows its source until it is typeset", () => {
    expect(render("$x^2$")).toContain("<code>x^2</code>");
  });
});

test("safeHref answers absolute web and mail addresses only", () => {
  expect(safeHref("https://a.example/ü")).toBe("https://a.example/%C3%BC");
  expect(safeHref(" javascript:alert(1)")).toBeNull();
  expect(safeHref("#x")).toBeNull();
});

test("highlighted HTML is read back into pieces, escapes resolved", () => {
  expect(
    parseHighlighted('<span class="a">x <span class="b">&lt;y&gt;</span></span> &amp;&#x27;'),
  ).toEqual([{ scope: "a", children: ["x ", { scope: "b", children: ["<y>"] }] }, " &'"]);
});
