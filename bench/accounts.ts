/** Whether Portico's accounts agree with what the bench asked of it: speed without that is nothing. */
import { KEYS, type Target } from "./targets.ts";
import { CHUNKS_PER_STREAM, PROMPT_TOKENS } from "./works.ts";

export const CREDITS_PER_WALLET = 1_000_000;
export const PRICE = { inputPerMillion: 1, outputPerMillion: 2 };

/** Every answer of the mock provider reports the same usage, so every request costs the same. */
export const CHARGE_MICRO =
  PROMPT_TOKENS * PRICE.inputPerMillion + CHUNKS_PER_STREAM * PRICE.outputPerMillion;

export interface Audit {
  answered: number;
  charged: number;
  heldMicro: number;
}

/** Reads every wallet; `charged` is how many requests the missing credits pay for. */
export async function audit(portico: Target, answered: number): Promise<Audit> {
  let spentMicro = 0;
  let heldMicro = 0;
  for (const key of KEYS) {
    const response = await fetch(`http://127.0.0.1:${portico.port}/v1/wallet`, {
      headers: { authorization: `Bearer ${key}` },
    });
    if (!response.ok) throw new Error(`/v1/wallet answers ${response.status}`);
    const wallet = (await response.json()) as { balance_micro: number; held_micro: number };
    spentMicro += CREDITS_PER_WALLET * 1_000_000 - wallet.balance_micro;
    heldMicro += wallet.held_micro;
  }
  return { answered, charged: spentMicro / CHARGE_MICRO, heldMicro };
}
