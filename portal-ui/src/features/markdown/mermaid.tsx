import { memo, useEffect, useRef, useState } from "react";
import { CodeBlock } from "./code-block.tsx";
import type { DiagramAnswer, DiagramRequest } from "./mermaid-messages.ts";
import { useMarkdownSettings } from "./settings.ts";

const FRAME_URL = "/mermaid-frame.html";
const FIRST_HEIGHT = 160;
const MAX_HEIGHT = 1600;

/**
 * A diagram, drawn in a frame of its own. Mermaid makes HTML strings and even its strict mode
 * loads remote pictures, so it gets an origin without rights and a policy without network.
 */
export const Mermaid = memo(function Mermaid({ code }: { code: string }) {
  const { labels, dark } = useMarkdownSettings();
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(FIRST_HEIGHT);
  const [failed, setFailed] = useState(false);
  const [source, setSource] = useState(false);

  useEffect(() => {
    const ask = () => {
      const request: DiagramRequest = { type: "draw", code, dark };
      // The frame has an opaque origin, which no target origin can name.
      frame.current?.contentWindow?.postMessage(request, "*");
    };
    const onMessage = (event: MessageEvent) => {
      if (!frame.current || event.source !== frame.current.contentWindow) return;
      const answer = event.data as DiagramAnswer;
      if (answer.type === "ready") ask();
      else if (answer.type === "failed") setFailed(true);
      else if (answer.type === "drawn") {
        setFailed(false);
        setHeight(Math.min(MAX_HEIGHT, Math.max(40, Math.ceil(Number(answer.height) || 0))));
      }
    };
    addEventListener("message", onMessage);
    ask();
    return () => removeEventListener("message", onMessage);
  }, [code, dark]);

  return (
    <div className="md-diagram">
      <div className="md-code-bar">
        <span>{failed ? labels.diagramFailed : labels.diagram}</span>
        {!failed && (
          <span className="md-code-actions">
            <button type="button" onClick={() => setSource(!source)}>
              {source ? labels.showDiagram : labels.showCode}
            </button>
          </span>
        )}
      </div>
      {(source || failed) && <CodeBlock code={code} language="mermaid" closed />}
      {!failed && (
        <iframe
          ref={frame}
          className="md-frame"
          hidden={source}
          title={labels.diagram}
          src={FRAME_URL}
          sandbox="allow-scripts"
          style={{ height }}
        />
      )}
    </div>
  );
});
