/** Block tokens → elements. */
import type { Token, Tokens } from "marked";
import { memo, type ReactNode } from "react";
import { CodeBlock } from "./code-block.tsx";
import { htmlElement, Inline } from "./inline.tsx";
import { isClosedFence } from "./lexer.ts";
import { decodeEntities } from "./links.ts";
import { MathView } from "./math.tsx";
import type { MathToken } from "./math-syntax.ts";
import { Mermaid } from "./mermaid.tsx";
import { useMarkdownSettings } from "./settings.ts";

interface BlockProps {
  token: Token;
  /** False while the text still grows: an open fence is then not coloured or drawn yet. */
  finished: boolean;
  /** Level of a heading in the page's outline. */
  level: number;
}

/** One block; rendered again only when its source has changed. */
export const Block = memo(
  function Block({ token, finished, level }: BlockProps) {
    return blockElement(token, finished, level);
  },
  (one, other) =>
    one.token.raw === other.token.raw &&
    one.token.type === other.token.type &&
    one.finished === other.finished &&
    one.level === other.level,
);

function Blocks({ tokens, finished, level }: Omit<BlockProps, "token"> & { tokens: Token[] }) {
  return tokens.map((token, index) => (
    <Block key={index} token={token} finished={finished} level={level} />
  ));
}

function blockElement(token: Token, finished: boolean, level: number): ReactNode {
  switch (token.type) {
    case "heading":
      return <Heading token={token as Tokens.Heading} level={level} />;
    case "paragraph":
      return (
        <p>
          <Inline tokens={token.tokens} />
        </p>
      );
    case "text":
      return token.tokens ? <Inline tokens={token.tokens} /> : decodeEntities(token.raw);
    case "code":
      return codeElement(token as Tokens.Code, finished);
    case "blockquote":
      return (
        <blockquote>
          <Blocks tokens={token.tokens ?? []} finished={finished} level={level} />
        </blockquote>
      );
    case "list":
      return <List token={token as Tokens.List} finished={finished} level={level} />;
    case "table":
      return <Table token={token as Tokens.Table} />;
    case "hr":
      return <hr />;
    case "math": {
      const { tex } = token as unknown as MathToken;
      return <MathView tex={tex} display />;
    }
    case "html":
      return <p>{htmlElement(token.raw.trim())}</p>;
    case "space":
    case "def":
    case "checkbox":
      return null;
    default:
      return <Inline tokens={[token]} />;
  }
}

function codeElement(token: Tokens.Code, finished: boolean): ReactNode {
  const language = token.lang?.split(/\s/)[0] ?? "";
  const closed = finished || isClosedFence(token.raw);
  const code = token.text.replace(/\n$/, "");
  if (language.toLowerCase() === "mermaid" && closed) return <Mermaid code={code} />;
  return <CodeBlock code={code} language={language} closed={closed} />;
}

/** Looks by its own depth, ranks by the page's outline: `##` after nothing must not skip levels. */
function Heading({ token, level }: { token: Tokens.Heading; level: number }) {
  const Tag = `h${level}` as "h3" | "h4" | "h5" | "h6";
  return (
    <Tag className={`md-h${token.depth}`}>
      <Inline tokens={token.tokens} />
    </Tag>
  );
}

function List({
  token,
  finished,
  level,
}: {
  token: Tokens.List;
  finished: boolean;
  level: number;
}) {
  const items = token.items.map((item, index) => (
    <li key={index} className={item.task ? "md-task" : undefined}>
      {item.task && (
        <span className="md-check" data-checked={item.checked ? "" : undefined} aria-hidden="true">
          {item.checked ? "✓" : ""}
        </span>
      )}
      <Blocks tokens={item.tokens} finished={finished} level={level} />
    </li>
  ));
  if (!token.ordered) return <ul>{items}</ul>;
  return <ol start={token.start === "" ? 1 : token.start}>{items}</ol>;
}

function Table({ token }: { token: Tokens.Table }) {
  const { labels } = useMarkdownSettings();
  const cell = (entry: Tokens.TableCell, index: number) => {
    const align = entry.align ? `md-${entry.align}` : undefined;
    const content = <Inline tokens={entry.tokens} />;
    return entry.header ? (
      <th key={index} scope="col" className={align}>
        {content}
      </th>
    ) : (
      <td key={index} className={align}>
        {content}
      </td>
    );
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section would make a landmark of every table
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="md-table" role="group" aria-label={labels.table} tabIndex={0}>
      <table>
        <thead>
          <tr>{token.header.map(cell)}</tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>{row.map(cell)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
