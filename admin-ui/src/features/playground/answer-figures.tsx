/** What an answer cost and how long it took, from the request's own record. */
import type { UsageRecord } from "@contract";
import { useQuery } from "@tanstack/react-query";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { requestQuery } from "../../lib/queries.ts";
import type { Answer } from "./exchange.ts";
import classes from "./playground.module.css";
import { playgroundTexts } from "./texts.ts";

const ATTEMPTS = 12;
const PAUSE_MS = 400;

/** The record of an ended answer; an answer that was stopped is settled a moment later. */
export function useRecord({ state, requestId }: Answer): UsageRecord | undefined {
  const ended = state !== "waiting" && state !== "streaming";
  return useQuery({
    ...requestQuery(requestId ?? ""),
    enabled: ended && requestId !== null,
    retry: ATTEMPTS,
    retryDelay: PAUSE_MS,
    // It never changes again.
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
}

export function AnswerFigures({
  answer,
  record,
}: {
  answer: Answer;
  record: UsageRecord | undefined;
}) {
  const t = useTexts(playgroundTexts);
  const format = useFormats();
  const f = t.figures;
  const ms = (time: number | null | undefined) => (time == null ? "–" : format.duration(time));
  const seen = (time: number | null) => (time === null ? undefined : t.browserTime(ms(time)));
  const rows: [label: string, value: string, title?: string | undefined][] = [
    [f.first, ms(record ? record.timings.first_byte : answer.firstMs), seen(answer.firstMs)],
    [f.total, ms(record ? record.timings.total : answer.totalMs), seen(answer.totalMs)],
  ];
  if (record) {
    const { tokens } = record;
    rows.push(
      [f.gateway, ms(record.timings.gateway)],
      [f.tokens, f.tokensValue(format.number(tokens.input), format.number(tokens.output))],
      [f.credits, format.credits(record.charged_micro)],
      [f.price, record.price_version === null ? "–" : String(record.price_version)],
    );
  }
  return (
    <dl className={classes.figures}>
      {rows.map(([label, value, title]) => (
        <div key={label} title={title}>
          <dt>{label}</dt>
          <dd className="portico-numbers">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
