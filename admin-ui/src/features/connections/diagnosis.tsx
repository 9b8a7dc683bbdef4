import type { ProbeResult, ProbeStep } from "@contract";
import { Alert, Loader, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed, IconCircleX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useFormats } from "../../lib/format.ts";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import classes from "./connections.module.css";
import { connectionTexts } from "./texts.ts";

const ICONS = { ok: IconCircleCheck, failed: IconCircleX, skipped: IconCircleDashed } as const;

/** The steps of a test in order, each with what was seen; the first failed one says what to do. */
export function Diagnosis({ result }: { result: ProbeResult | "running" }) {
  const t = useTexts(connectionTexts);
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    // The form may be long and the answer below what is seen.
    if (result !== "running") element.current?.scrollIntoView({ block: "center" });
  }, [result]);
  if (result === "running") {
    return (
      <Text size="sm" role="status" className={classes.testing ?? ""}>
        <Loader size="xs" /> {t.testing}
      </Text>
    );
  }
  return (
    <section ref={element} aria-label={t.testTitle} role="status">
      <Alert
        color={result.ok ? "green" : "red"}
        title={result.ok ? t.testOk(result.account) : t.testBad}
        mb="sm"
        icon={result.ok ? <IconCircleCheck aria-hidden /> : <IconCircleX aria-hidden />}
      />
      <ol className={classes.steps}>
        {result.steps.map((step) => (
          <Step key={step.step} step={step} />
        ))}
      </ol>
    </section>
  );
}

function Step({ step }: { step: ProbeStep }) {
  const t = useTexts(connectionTexts);
  const local = useLocalText();
  const format = useFormats();
  const Icon = ICONS[step.state];
  return (
    <li className={classes.step} data-state={step.state}>
      <Icon size={20} aria-hidden />
      <div>
        <Text size="sm" fw={600} component="span">
          {t.stepNames[step.step]}
        </Text>{" "}
        <Text size="xs" c="dimmed" component="span">
          {t.stepStates[step.state]}
          {step.state !== "skipped" && step.ms > 0 && ` · ${format.duration(step.ms)}`}
        </Text>
        {local(step.message) && <Text size="sm">{local(step.message)}</Text>}
      </div>
    </li>
  );
}
