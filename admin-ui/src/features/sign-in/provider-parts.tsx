import type { ProviderCheck, ProviderKindInfo } from "@contract";
import { Alert, Input, Loader, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { CopyText } from "../../components/copy.tsx";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import classes from "../connections/connections.module.css";
import { signInTexts } from "./texts.ts";

/** What the platform, or the site's own system, must know; of the host that the admin is on. */
export function OurAddress({ kind, slug }: { kind: ProviderKindInfo; slug: string }) {
  const t = useTexts(signInTexts);
  const isEnter = kind.path === "enter";
  const isLocal = /(^|\.)localhost$/.test(location.hostname);
  const url = `${location.origin}/api/auth/providers/${slug}/${kind.path}`;
  return (
    <>
      <Input.Wrapper
        label={isEnter ? t.enter : t.callback}
        labelElement="div"
        description={isEnter ? t.enterHelp : t.callbackHelp}
      >
        <CopyText value={url} label={t.copyUrl} />
      </Input.Wrapper>
      {isEnter && (
        <Input.Wrapper label={t.audience} labelElement="div" description={t.audienceHelp}>
          <CopyText value={location.host} label={t.copyUrl} />
        </Input.Wrapper>
      )}
      {isLocal && !isEnter && (
        <Text size="sm" c="dimmed">
          {t.localHost}
        </Text>
      )}
    </>
  );
}

/** The steps of a test, the last one saying what to do where it failed. */
export function CheckResult({ result }: { result: ProviderCheck | "running" }) {
  const t = useTexts(signInTexts);
  const local = useLocalText();
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    if (result !== "running") element.current?.scrollIntoView({ block: "center" });
  }, [result]);
  if (result === "running") {
    return (
      <Text size="sm" role="status" className={classes.testing ?? ""}>
        <Loader size="xs" /> {t.testing}
      </Text>
    );
  }
  const Icon = result.ok ? IconCircleCheck : IconCircleX;
  return (
    <section ref={element} aria-label={t.test} role="status">
      <Alert
        color={result.ok ? "green" : "red"}
        title={result.ok ? t.testOk : t.testBad}
        mb="sm"
        icon={<Icon aria-hidden />}
      />
      <ol className={classes.steps}>
        {result.steps.map(({ step, state, message }) => (
          <li key={step} className={classes.step} data-state={state}>
            {state === "ok" ? (
              <IconCircleCheck size={20} aria-hidden />
            ) : (
              <IconCircleX size={20} aria-hidden />
            )}
            <div>
              <Text size="sm" fw={600}>
                {t.steps[step] ?? step}
              </Text>
              <Text size="sm">{local(message)}</Text>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
