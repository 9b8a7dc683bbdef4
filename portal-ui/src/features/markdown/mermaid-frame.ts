/**
 * Runs inside the sandboxed frame: draws what the page sends, and tells its height.
 *
 * 1. Only the embedding page is listened to, and only `draw`.
 * 2. Requests are drawn one after the other; the last one stays.
 */
import mermaid from "mermaid";
import type { DiagramAnswer, DiagramRequest } from "./mermaid-messages.ts";

const stage = document.getElementById("diagram");
let queue: Promise<void> = Promise.resolve();
let count = 0;

function answer(message: DiagramAnswer): void {
  parent.postMessage(message, "*");
}

async function draw({ code, dark }: DiagramRequest): Promise<void> {
  if (!stage) return;
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    theme: dark ? "dark" : "neutral",
    fontFamily: "system-ui, sans-serif",
  });
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
  try {
    count += 1;
    const { svg } = await mermaid.render(`diagram-${count}`, code);
    // The frame exists for this: what the text makes of itself stays in here.
    const parsed = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
    stage.replaceChildren(...(parsed ? [parsed] : []));
    answer({ type: "drawn", height: stage.getBoundingClientRect().height });
  } catch (error) {
    answer({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}

addEventListener("message", (event) => {
  if (event.source !== parent) return;
  const request = event.data as DiagramRequest;
  if (request.type !== "draw") return;
  queue = queue.then(() => draw(request));
});

if (stage) {
  new ResizeObserver(() => {
    if (stage.firstChild) answer({ type: "drawn", height: stage.getBoundingClientRect().height });
  }).observe(stage);
}
answer({ type: "ready" });
