export { History } from "./durable/history/history.ts";
export { Meter } from "./durable/meter/meter.ts";
export { Throttle } from "./durable/throttle/throttle.ts";
export { Wallet } from "./durable/wallet/wallet.ts";

export default {
  async fetch(): Promise<Response> {
    return new Response("starting", { status: 503 });
  },
};
