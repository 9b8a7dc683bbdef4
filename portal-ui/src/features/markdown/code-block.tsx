import { memo, type ReactNode, useEffect, useState } from "react";
import { type CodeNode, highlight } from "./highlight.ts";
import { useMarkdownSettings } from "./settings.ts";

const COPIED_MS = 1600;

interface Props {
  code: string;
  language: string;
  /** An open fence is shown plain: colouring it again with every token would stutter. */
  closed: boolean;
}

/** Code with its language, a copy button, and colours once its rules are loaded. */
export const CodeBlock = memo(function CodeBlock({ code, language, closed }: Props) {
  const { labels } = useMarkdownSettings();
  const [nodes, setNodes] = useState<{ code: string; nodes: CodeNode[] } | null>(null);
  const [wrap, setWrap] = useState(false);

  useEffect(() => {
    if (!closed || language === "") return;
    let wanted = true;
    highlight(code, language)
      .then((found) => {
        if (wanted && found) setNodes({ code, nodes: found });
      })
      // The rules could not be loaded: plain code is still right.
      .catch((error: unknown) => console.warn("Code is shown without colours.", error));
    return () => {
      wanted = false;
    };
  }, [code, language, closed]);

  return (
    <div className="md-code">
      <div className="md-code-bar">
        <span>{language || labels.codeBlock}</span>
        <span className="md-code-actions">
          <button type="button" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
            {labels.wrapLines}
          </button>
          <CopyButton text={code} />
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={wrap ? "wrap" : undefined} tabIndex={0}>
        <code>{nodes?.code === code ? nodes.nodes.map(codeElement) : code}</code>
      </pre>
    </div>
  );
});

function codeElement(node: CodeNode, index: number): ReactNode {
  if (typeof node === "string") return node;
  return (
    <span key={index} className={node.scope}>
      {node.children.map(codeElement)}
    </span>
  );
}

/** Copies, and says so for a moment. */
export function CopyButton({ text }: { text: string }) {
  const { labels, copy } = useMarkdownSettings();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button type="button" onClick={() => void copy(text).then(setCopied)}>
      {copied ? labels.copied : labels.copyCode}
    </button>
  );
}
