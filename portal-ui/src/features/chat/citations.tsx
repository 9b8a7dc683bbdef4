import type { Message } from "@contract/portal.ts";
import { memo } from "react";
import { useText } from "../../lib/i18n.ts";
import { safeHref } from "../markdown/links.ts";

/** Where an answer takes its words from. */
export const Citations = memo(function Citations(props: { citations: Message["citations"] }) {
  const text = useText();
  return (
    <details className="citations">
      <summary>
        {text.sources} <span className="count">{props.citations.length}</span>
      </summary>
      <ol>
        {props.citations.map(({ index, title, url, snippet }) => (
          <li key={index} value={index}>
            <CitationTitle title={title} url={url} />
            {snippet && <p>{snippet}</p>}
          </li>
        ))}
      </ol>
    </details>
  );
});

function CitationTitle({ title, url }: { title: string; url: string | null }) {
  const href = url === null ? null : safeHref(url);
  if (href === null) return <span>{title}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {title || new URL(href).hostname}
    </a>
  );
}
