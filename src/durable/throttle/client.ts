import type { ThrottleRpc } from "./protocol.ts";

/** `name` says what is counted, for whom: `login:<site>:email:<e-mail>`. */
export function throttleOf(env: Pick<Env, "THROTTLE">, name: string): ThrottleRpc {
  return env.THROTTLE.getByName(name);
}
