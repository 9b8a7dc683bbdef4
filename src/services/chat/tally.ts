/** What a run has used so far: as reported, or as weighed where nothing was. */
import type { UsageSource } from "../../contract/wallet.ts";
import { NO_USAGE, type RunEvent, type Usage } from "../../core/run.ts";
import { weighText } from "../../core/tokens.ts";

export interface Measured {
  usage: Usage;
  usageSource: UsageSource;
}

export class Tally {
  readonly #inputTokens: number;
  #reported: Usage | null = null;
  #outputQuarters = 0;

  constructor(inputTokens: number) {
    this.#inputTokens = inputTokens;
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case "usage":
        this.#reported = event.usage;
        break;
      case "text-delta":
      case "reasoning-delta":
        this.#outputQuarters += weighText(event.text);
        break;
      case "tool-call-delta":
        this.#outputQuarters += weighText((event.name ?? "") + event.argumentsText);
        break;
      case "text-replace":
        this.#outputQuarters = Math.max(this.#outputQuarters, weighText(event.text));
        break;
      default:
        break;
    }
  }

  /** Another route begins anew. */
  reset(): void {
    this.#reported = null;
    this.#outputQuarters = 0;
  }

  /** Output tokens as weighed. */
  get outputTokens(): number {
    return this.#outputQuarters / 4;
  }

  get estimate(): Usage {
    return { ...NO_USAGE, input: this.#inputTokens, output: Math.ceil(this.outputTokens) };
  }

  /**
   * What was reported; where nothing worth the name was, of the whole or of one side (zeros are a
   * placeholder), the estimate.
   */
  measure(complete: boolean): Measured {
    const reported = this.#reported;
    const estimate = this.estimate;
    if (!reported || reported.input + reported.output === 0) {
      return { usage: estimate, usageSource: "estimated" };
    }
    const isWhole = reported.input > 0 && (reported.output > 0 || estimate.output === 0);
    if (complete && isWhole) return { usage: reported, usageSource: "reported" };
    const input = reported.input || estimate.input;
    // Cut off: what was reported so far may be older than what was delivered since.
    const output =
      complete && reported.output > 0
        ? reported.output
        : Math.max(reported.output, estimate.output);
    return { usage: { ...reported, input, output }, usageSource: "partial" };
  }
}
