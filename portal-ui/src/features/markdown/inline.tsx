/** Inline tokens → elements. */
import type { Token, Tokens } from "marked";
import { Fragment, type ReactNode } from "react";
import { decodeEntities, safeHref, safeImage } from "./links.ts";
import { MathView } from "./math.tsx";
import type { MathToken } from "./math-syntax.ts";
import { useMarkdownSettings } from "./settings.ts";

/** The elements of inline tokens. Keys are positions: the tokens of a block never move. */
export function Inline({ tokens }: { tokens: Token[] | undefined }): ReactNode {
  return (tokens ?? []).map((token, index) => (
    <Fragment key={index}>{inlineElement(token)}</Fragment>
  ));
}

function inlineElement(token: Token): ReactNode {
  switch (token.type) {
    case "strong":
      return (
        <strong>
          <Inline tokens={token.tokens} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Inline tokens={token.tokens} />
        </em>
      );
    case "del":
      return (
        <del>
          <Inline tokens={token.tokens} />
        </del>
      );
    case "codespan":
      return <code>{(token as Tokens.Codespan).text}</code>;
    case "br":
      return <br />;
    case "link":
      return <Link token={token as Tokens.Link} />;
    case "image":
      return <Picture token={token as Tokens.Image} />;
    case "math": {
      const { tex, display } = token as unknown as MathToken;
      return <MathView tex={tex} display={display} />;
    }
    case "checkbox":
      return null;
    case "html":
      return htmlElement(token.raw);
    default:
      return textElement(token as Tokens.Text);
  }
}

function textElement(token: Tokens.Text | Tokens.Escape): ReactNode {
  if (token.type === "text" && token.tokens) return <Inline tokens={token.tokens} />;
  return token.type === "escape" ? token.text : decodeEntities(token.text ?? token.raw);
}

/** HTML is shown as what it is, text, but for a line break, which models use inside tables. */
export function htmlElement(raw: string): ReactNode {
  if (/^<br\s*\/?>\s*$/i.test(raw)) return <br />;
  return /^<!--/.test(raw) ? null : raw;
}

function Link({ token }: { token: Tokens.Link }): ReactNode {
  const href = safeHref(token.href);
  if (href === null) return <Inline tokens={token.tokens} />;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      <Inline tokens={token.tokens} />
    </a>
  );
}

function Picture({ token }: { token: Tokens.Image }): ReactNode {
  const { origin, labels } = useMarkdownSettings();
  const alt = decodeEntities(token.text);
  const image = safeImage(token.href, origin);
  if (image !== null) return <img src={image} alt={alt} loading="lazy" />;
  const href = safeHref(token.href);
  if (href === null) return alt;
  return (
    <a className="md-remote-image" href={href} target="_blank" rel="noopener noreferrer nofollow">
      {labels.remoteImage}: {alt || new URL(href).hostname}
    </a>
  );
}
