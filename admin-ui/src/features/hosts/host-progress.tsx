import type { HostProblem, OwnHost } from "@contract";
import { VisuallyHidden } from "@mantine/core";
import { IconCircle, IconCircleCheck, IconCircleDot } from "@tabler/icons-react";
import { useTexts } from "../../lib/i18n.ts";
import classes from "./hosts.module.css";
import { hostTexts } from "./texts.ts";

const ICONS = { done: IconCircleCheck, current: IconCircleDot, open: IconCircle } as const;

/** Of a proven host: which of its problems are those of the certificate, with the address in order. */
const OF_CERTIFICATE: readonly HostProblem["code"][] = [
  "certificate_pending",
  "certificate_failed",
];

/** How many of the steps are done. */
export function stepsDone(host: Pick<OwnHost, "status" | "problem">, all: number): number {
  if (host.status === "live") return all;
  const code = host.problem?.code;
  const isProven = host.status === "proven" || (host.status === "failed" && code !== "claim_ended");
  if (!isProven) return 0;
  return code !== undefined && OF_CERTIFICATE.includes(code) ? 2 : 1;
}

/** The way to being live: what is done, and what is next. */
export function HostProgress({
  host,
  certificates,
}: {
  host: OwnHost;
  certificates: "cloudflare" | "own";
}) {
  const t = useTexts(hostTexts);
  const steps =
    certificates === "cloudflare"
      ? (["proof", "address", "certificate", "live"] as const)
      : (["proof", "live"] as const);
  const done = stepsDone(host, steps.length);
  return (
    <ol className={classes.steps}>
      {steps.map((step, at) => {
        const state = at < done ? "done" : at === done ? "current" : "open";
        const Icon = ICONS[state];
        return (
          <li key={step} data-state={state} aria-current={state === "current" ? "step" : undefined}>
            <Icon size={18} aria-hidden />
            {t.steps[step]}
            <VisuallyHidden>({t.stepStates[state]})</VisuallyHidden>
          </li>
        );
      })}
    </ol>
  );
}
