/** Starting a task: target, admission, and the upstream that will answer. */
import type { AnyConnector, Task } from "../../connectors/connector.ts";
import { upstreamError } from "../../connectors/kit/http-errors.ts";
import { openStream } from "../../connectors/kit/invoke.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { SiteModel } from "../../core/site.ts";
import { askTaskCache } from "../cache/task-cache.ts";
import { admitCall, type CallOrder, type Rates, type Refused } from "../chat/admit.ts";
import { openRoute, type RouteOrder } from "../chat/open-route.ts";
import { resolveModel } from "../chat/target.ts";
import type { Services } from "../services.ts";
import { type Forecast, holdOf } from "./forecast.ts";
import { type OpenedTask, TaskRun } from "./task-run.ts";

/** What is wanted, and how to ask a connector for it. */
export interface Wanted<Input, Value> {
  kind: SiteModel["kind"];
  /** Public name of the model. */
  model: string;
  input: Input;
  stream: boolean;
  forecast: Forecast;
  task(connector: AnyConnector): Task<unknown, unknown, Input, Value> | undefined;
}

export interface StartedTask<Value> {
  run: TaskRun<Value>;
  rates: Rates;
  /** Whether the answer was given before. */
  cached: boolean;
}

export async function startTask<Input extends object, Value>(
  services: Services,
  order: CallOrder,
  wanted: Wanted<Input, Value>,
): Promise<Result<StartedTask<Value>, Refused>> {
  const { site, startedAt } = order;
  const resolved = resolveModel(site, wanted.model, wanted.kind);
  if (!resolved.ok) return fail({ failure: resolved.error, rates: {} });
  const { target } = resolved.value;
  const { forecast, stream } = wanted;
  const admitted = await admitCall(services, order, target, holdOf(target.tariff, forecast));
  if (!admitted.ok) return admitted;
  const { parts, rates } = admitted.value;
  const cache = await askTaskCache<Value>(services, order, resolved.value, wanted);
  const run = new TaskRun<Value>({
    ...parts,
    stream,
    forecast,
    open: async (candidate, signal) => {
      const route = { site, candidate, signal, startedAt };
      const opened = await openTask(services, route, wanted, wanted.task);
      return opened.ok && cache?.hit === false ? ok(cache.keep(opened.value)) : opened;
    },
    ...(cache?.hit ? cache.parts : {}),
  });
  return ok({ run, rates, cached: cache?.hit === true });
}

export async function openTask<Input, Value>(
  services: Services,
  order: RouteOrder,
  { kind, input }: Pick<Wanted<Input, Value>, "kind" | "input">,
  taskOf: Wanted<Input, Value>["task"],
): Promise<Result<OpenedTask<Value>, UpstreamError>> {
  const route = await openRoute(services, order);
  if (!route.ok) return route;
  const { connector, account, options } = route.value;
  const task = taskOf(connector);
  // The route is wrong, not the connection: its other models are well.
  if (!task) {
    return fail(upstreamError("target_not_found", `${connector.id} has nothing for ${kind}`));
  }
  const target = { id: order.candidate.route.upstreamId, maxOutputTokens: null };
  const prepared = task.prepare(account, target, input);
  if (!prepared.ok) return prepared;
  const opened = await openStream(connector, prepared.value.request, options());
  if (!opened.ok) return opened;
  const { frames, headers } = opened.value;
  const { warnings } = prepared.value;
  return ok({ reader: task.reader(input), frames, headers, warnings });
}
