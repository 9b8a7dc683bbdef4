import type { OwnHost } from "@contract";
import { VisuallyHidden } from "@mantine/core";
import { IconCircle, IconCircleCheck, IconCircleDot } from "@tabler/icons-react";
import { useTexts } from "../../lib/i18n.ts";
import classes from "./hosts.module.css";
import { stepsDone } from "./steps-done.ts";
import { hostTexts } from "./texts.ts";

const ICONS = { done: IconCircleCheck, current: IconCircleDot, open: IconCircle } as const;

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
