/**
 * FastGPT's stream with details as run events. Invariants, beyond those of every agent's decoder:
 *
 * 1. An answer is complete at `[DONE]`; what its nodes used and quoted comes behind that, so the
 *    end is told after it, or at the end of the connection.
 * 2. The only usage is that of the nodes; `usage` of an answer is always the same and made up.
 * 3. What a plugin gives out is the answer where there is no other.
 */
import type { Frame } from "../connector.ts";
import { AgentDecoder } from "../kit/agent-decoder.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { errorInPayload } from "./errors.ts";

/** Nodes inside a node. */
const INNER = ["toolDetail", "pluginDetail", "loopDetail"];

export class FastGptDecoder extends AgentDecoder {
  readonly #chatId: string | null;
  #done = false;
  /** All of them came at once. */
  #reported = false;
  #nodes: unknown[] = [];
  #runningNode: string | null = null;
  readonly #tools = new Map<string, string>();

  constructor(chatId: string | null) {
    super();
    this.#chatId = chatId;
  }

  protected override frame(frame: Frame): void {
    if (frame.data === "[DONE]") {
      this.#done = true;
      if (this.#reported) this.closed();
    } else if (frame.event === "flowResponses") {
      this.#reported = true;
      this.#nodes = asArray(parseJson(frame.data));
      if (this.#done) this.closed();
    } else {
      super.frame(frame);
    }
  }

  protected payload(payload: Json, event: string | undefined): void {
    switch (event) {
      case undefined:
      case "answer":
      case "fastAnswer":
        this.#chunk(payload);
        break;
      case "error":
        this.fail(errorInPayload(payload, null) ?? upstreamError("unavailable", "error"));
        break;
      case "flowNodeStatus":
        this.#enter(asText(payload.name));
        break;
      case "toolCall":
      case "toolResponse":
        this.#tool(asObject(payload.tool) ?? {}, event);
        break;
      case "interactive":
        this.#ask(asObject(payload.interactive) ?? {});
        break;
      case "flowNodeResponse":
        this.#nodes.push(payload);
        break;
      default:
      // Variables, plans, titles, and whatever later versions bring.
    }
  }

  protected override closed(): void {
    if (!this.#done) {
      super.closed();
      return;
    }
    this.conversation(this.#chatId);
    this.#enter(null);
    this.#report();
    this.finish();
  }

  #chunk(payload: Json): void {
    if (!Array.isArray(payload.choices)) {
      const detail = "a frame of the answer holds no choices";
      this.fail(errorInPayload(payload, null) ?? upstreamError("protocol_violation", detail));
      return;
    }
    this.conversation(this.#chatId);
    const delta = asObject(asObject(payload.choices[0])?.delta) ?? {};
    this.reasoning(asText(delta.reasoning_content));
    this.text(asText(delta.content));
  }

  /** Nodes are told when they start; one ends where the next begins. */
  #enter(node: string | null): void {
    if (node === this.#runningNode) return;
    this.status(this.#runningNode, "done");
    this.status(node, "running");
    this.#runningNode = node;
  }

  /** Only the first event of a call names its tool. */
  #tool(tool: Json, event: "toolCall" | "toolResponse"): void {
    const id = asText(tool.id) ?? "";
    const name = asText(tool.toolName) ?? this.#tools.get(id) ?? null;
    if (name !== null) this.#tools.set(id, name);
    this.status(name, event === "toolCall" ? "running" : "done");
  }

  /** The flow waits for the person's next message: a choice, or the values of a form. */
  #ask(interactive: Json): void {
    this.#done = true;
    const params = asObject(interactive.params) ?? {};
    this.text(asText(params.description));
    for (const field of asArray(params.inputForm)) {
      const label = asText(asObject(field)?.label);
      if (label !== null) this.text(`\n- ${label}`);
    }
    for (const option of asArray(params.userSelectOptions)) {
      this.suggest(asText(asObject(option)?.value));
    }
  }

  #report(): void {
    const sum = { input: 0, output: 0, inAll: 0 };
    for (const node of withInner(this.#nodes)) {
      sum.input += asCount(node.inputTokens);
      sum.output += asCount(node.outputTokens);
      sum.inAll += asCount(node.tokens);
      this.#quote(node);
      const made = node.moduleType === "pluginOutput" ? asObject(node.pluginOutput) : null;
      if (made && !this.answered) this.text(wordsOf(made));
    }
    if (sum.input + sum.output > 0) this.usage(sum.input, sum.output);
    else this.usageInAll(sum.inAll);
  }

  #quote(node: Json): void {
    for (const entry of asArray(node.quoteList)) {
      const quote = asObject(entry) ?? {};
      const title = asText(quote.sourceName);
      const snippet = [asText(quote.q), asText(quote.a)].filter((part) => part !== null).join("\n");
      if (title !== null) this.cite({ title, url: null, snippet: snippet || null });
    }
  }
}

function withInner(nodes: readonly unknown[]): Json[] {
  return nodes.flatMap((entry) => {
    const node = asObject(entry);
    return node ? [node, ...withInner(INNER.flatMap((name) => asArray(node[name])))] : [];
  });
}

/** One text as it is; several values by their names. */
function wordsOf(made: Json): string {
  const values = Object.entries(made).map(
    ([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  const [first] = values;
  if (first && values.length === 1) return first[1] ?? "";
  return values.map(([name, value]) => `**${name}**: ${value}`).join("\n\n");
}
