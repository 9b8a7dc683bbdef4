/**
 * "Test connection": step by step, so that an admin sees how far it went and what to do. The
 * first step that fails ends the test; nothing that costs money is asked.
 */
import type { Account, AnyConnector } from "../connectors/connector.ts";
import { guardUrl } from "../connectors/kit/guard.ts";
import { exchange, type InvokeOptions, openStream } from "../connectors/kit/invoke.ts";
import { openAccount } from "../connectors/registry.ts";
import type { Settings } from "../contract/config.ts";
import type { Offer, ProbeResult, ProbeStep } from "../contract/guide.ts";
import type { LocalText } from "../contract/values.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { ChatInput, UpstreamError, UpstreamReason } from "../core/run.ts";
import * as texts from "./probe-texts.ts";

export interface ProbeOptions {
  /** Whether http, loopback and private addresses are allowed. */
  allowPrivate: boolean;
  signal?: AbortSignal;
  /** Why there is no access token to ask with. */
  noToken?: UpstreamError;
}

const STEP_DEADLINE_MS = 15_000;

/** Nothing that speaks for the platform answered. */
const NOT_REACHED: ReadonlySet<UpstreamReason> = new Set([
  "unreachable",
  "timeout",
  "address_not_allowed",
  "protocol_violation",
]);

/** The steps so far; each is timed from the end of the one before. */
class Report {
  readonly #steps: ProbeStep[] = [];
  #since = Date.now();

  add(step: ProbeStep["step"], state: ProbeStep["state"], message: LocalText): void {
    const now = Date.now();
    this.#steps.push({ step, state, message, ms: now - this.#since });
    this.#since = now;
  }

  get failed(): boolean {
    return this.#steps.some((step) => step.state === "failed");
  }

  result(account: string | null): ProbeResult {
    return { ok: !this.failed, steps: this.#steps, account };
  }
}

/** What every step after the first works with. */
interface Trial {
  connector: AnyConnector;
  account: Account<unknown, unknown>;
  options: InvokeOptions;
  report: Report;
}

/** Runs the whole test; settings and secret are what stands in the form, saved or not. */
export async function testConnection(
  connector: AnyConnector,
  settings: Settings,
  secret: Record<string, string>,
  options: ProbeOptions,
): Promise<ProbeResult> {
  const report = new Report();
  const opened = openAccount(connector, settings, secret);
  if (!opened.ok) {
    report.add("settings", "failed", wrongField(connector, settings, secret, opened.error));
    return report.result(null);
  }
  report.add("settings", "ok", texts.SETTINGS_OK);
  const trial: Trial = {
    connector,
    account: opened.value,
    options: optionsFor(connector, secret, options),
    report,
  };
  checkAddress(trial);
  if (!report.failed && options.noToken) {
    report.add("authorised", "failed", texts.notAuthorised(options.noToken));
  }
  if (report.failed) return report.result(null);
  const account = await checkKey(trial);
  if (!report.failed) await checkList(trial);
  if (!report.failed) await checkAnswer(trial);
  return report.result(account);
}

/** What the connection offers to publish, as the platform lists it now. */
export async function listOffers(
  connector: AnyConnector,
  settings: Settings,
  secret: Record<string, string>,
  options: ProbeOptions,
): Promise<Result<Offer[], UpstreamError>> {
  if (!connector.offers) return ok([]);
  const opened = openAccount(connector, settings, secret);
  if (!opened.ok) {
    const { path, message } = opened.error;
    const detail = `${path}: ${message}`;
    return fail({
      reason: "rejected",
      status: null,
      upstreamCode: null,
      retryAfterMs: null,
      detail,
    });
  }
  const invokeOptions = optionsFor(connector, secret, options);
  return exchange(connector, connector.offers, opened.value, undefined, invokeOptions);
}

function adviceOn(connector: AnyConnector, error: UpstreamError): LocalText {
  return connector.advise?.(error) ?? texts.failed(error);
}

/** Names the field as the form does, and says what the form says of it. */
function wrongField(
  connector: AnyConnector,
  settings: Settings,
  secret: Record<string, string>,
  { path, message }: { path: string; message: string },
): LocalText {
  const field = connector.guide.fields.find((one) => `${one.in}.${one.name}` === path);
  if (!field) return texts.settingsWrong({ "zh-CN": path, en: path }, null, message);
  const value = (field.in === "settings" ? settings : secret)[field.name] ?? "";
  if (field.required && String(value).trim() === "") return texts.settingsMissing(field.label);
  const misshapen = field.pattern && !new RegExp(field.pattern.source).test(String(value).trim());
  return texts.settingsWrong(
    field.label,
    misshapen ? (field.pattern?.message ?? null) : null,
    message,
  );
}

function optionsFor(
  connector: AnyConnector,
  secret: Record<string, string>,
  { allowPrivate, signal }: ProbeOptions,
): InvokeOptions {
  return {
    limits: connector.limits,
    allowPrivate,
    secrets: Object.values(secret),
    deadlineMs: STEP_DEADLINE_MS,
    ...(signal ? { signal } : {}),
  };
}

function checkAddress({ connector, account, options, report }: Trial): void {
  if (connector.transport) {
    report.add("address", "skipped", texts.NOT_NEEDED);
    return;
  }
  const address = guardUrl(connector.address(account.settings), options);
  if (address.ok) report.add("address", "ok", texts.addressOk(address.value.origin));
  else report.add("address", "failed", texts.addressRefused(address.error));
}

/** One call answers two steps: whether anything answers, and whether it accepts the key. */
async function checkKey({ connector, account, options, report }: Trial): Promise<string | null> {
  if (!connector.probe) {
    report.add("reachable", "skipped", texts.NO_CHECK);
    report.add("authorised", "skipped", texts.NO_CHECK);
    return null;
  }
  const probed = await exchange(connector, connector.probe, account, undefined, options);
  if (!probed.ok && probed.error.status === null && NOT_REACHED.has(probed.error.reason)) {
    report.add("reachable", "failed", texts.failed(probed.error));
    return null;
  }
  report.add("reachable", "ok", connector.transport ? texts.NOT_NEEDED : texts.REACHABLE);
  if (!probed.ok) {
    report.add("authorised", "failed", adviceOn(connector, probed.error));
    return null;
  }
  report.add("authorised", "ok", texts.authorised(probed.value.account));
  return probed.value.account;
}

async function checkList({ connector, account, options, report }: Trial): Promise<void> {
  if (!connector.offers) {
    report.add("lists", "skipped", texts.NO_LIST);
    return;
  }
  const offers = await exchange(connector, connector.offers, account, undefined, options);
  if (offers.ok) report.add("lists", "ok", texts.listed(offers.value.length));
  else report.add("lists", "failed", adviceOn(connector, offers.error));
}

async function checkAnswer({ connector, account, options, report }: Trial): Promise<void> {
  const { chat, trial } = connector;
  if (!chat || !trial) {
    report.add("answers", "skipped", texts.NO_TRIAL);
    return;
  }
  const input: ChatInput = {
    messages: [{ role: "user", content: [{ type: "text", text: trial.text }] }],
    stream: true,
    endUser: "connection-test",
  };
  const prepared = chat.prepare(account, trial.target, input);
  const error = prepared.ok
    ? await askOnce(connector, chat, input, prepared.value.request, options)
    : prepared.error;
  if (error) report.add("answers", "failed", adviceOn(connector, error));
  else report.add("answers", "ok", texts.ANSWERED);
}

/** Null when the run ended well. */
async function askOnce(
  connector: AnyConnector,
  chat: NonNullable<AnyConnector["chat"]>,
  input: ChatInput,
  request: Parameters<typeof openStream>[1],
  options: InvokeOptions,
): Promise<UpstreamError | null> {
  const opened = await openStream(connector, request, options);
  if (!opened.ok) return opened.error;
  const decoder = chat.decoder(input);
  for (;;) {
    const piece = await opened.value.frames.next();
    if (!piece.ok) return piece.error;
    const events =
      piece.value === null ? decoder.end() : piece.value.flatMap((frame) => decoder.push(frame));
    for (const event of events) {
      if (event.type !== "run-end" && event.type !== "run-error") continue;
      opened.value.frames.cancel();
      return event.type === "run-error" ? event.error : null;
    }
  }
}
