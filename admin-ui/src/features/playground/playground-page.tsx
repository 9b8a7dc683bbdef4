/** Asking any agent or model of the site as an app would, alone or against another. */
import { Switch } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { IconPlugConnected } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useMe } from "../../app/session.tsx";
import { LinkButton } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { Loaded, PageHead } from "../../components/page.tsx";
import { SidePanel } from "../../components/side-panel.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { agentsQuery, modelsQuery, userQuery } from "../../lib/queries.ts";
import { Composer } from "./composer.tsx";
import type { Answer } from "./exchange.ts";
import { Lane } from "./lane.tsx";
import { Announcement, Balance, Head, Settings } from "./page-parts.tsx";
import classes from "./playground.module.css";
import { type Parameters, PLAIN_PARAMETERS, type Question } from "./request.ts";
import { SettingsPanel, useProblems } from "./settings-panel.tsx";
import { type Target, targetsOf } from "./targets.ts";
import { playgroundTexts } from "./texts.ts";
import { bodyShown, type Side, useSides } from "./use-sides.ts";

const ExchangePanel = lazyPart(async () => (await import("./exchange-panel.tsx")).ExchangePanel);
const SamplesPanel = lazyPart(async () => (await import("./samples-panel.tsx")).SamplesPanel);

export function PlaygroundPage() {
  const agents = useQuery(agentsQuery);
  const models = useQuery(modelsQuery);
  const t = useTexts(playgroundTexts);
  if (agents.data && models.data) {
    return <Asked targets={targetsOf(agents.data, models.data)} />;
  }
  return (
    <>
      <PageHead title={t.title} description={t.help} />
      <Loaded query={agents}>{() => <Loaded query={models}>{() => null}</Loaded>}</Loaded>
    </>
  );
}

function Asked({ targets }: { targets: readonly Target[] }) {
  const t = useTexts(playgroundTexts);
  if (targets.length > 0) return <Playground targets={targets} />;
  return (
    <>
      <PageHead title={t.title} description={t.help} />
      <Nothing
        icon={<IconPlugConnected size={28} aria-hidden />}
        title={t.emptyTitle}
        help={t.emptyHelp}
        action={<LinkButton to="/connections/new">{t.emptyAction}</LinkButton>}
      />
    </>
  );
}

const NO_QUESTION: Question = { text: "", images: [] };
type Shown = { answer: Answer } | "samples" | null;

/** What is asked, of whom, and how. */
function useAsking(targets: readonly Target[]) {
  const queries = useQueryClient();
  const { queryKey } = userQuery(useMe().id);
  const { sides, two, compare } = useSides(targets);
  const [parameters, setParameters] = useState<Parameters>(PLAIN_PARAMETERS);
  const [question, setQuestion] = useState(NO_QUESTION);
  const wrong = useProblems(parameters);
  const running = sides.some(({ lane }) => lane.running);
  const sound = Object.keys(wrong).length === 0;
  const written = question.text.trim() !== "" || question.images.length > 0;

  const ask = async ({ lane, target }: Side, what: Question) => {
    if (!target || !sound) return;
    await lane.send(target.name, parameters, what);
    // The balance has changed; and where the session has ended, this is noticed by asking.
    await queries.invalidateQueries({ queryKey });
  };
  return {
    ...{ sides, two, compare, parameters, setParameters, question, setQuestion, wrong, running },
    ready: !running && sound && written && sides.every(({ target }) => target !== null),
    again: (side: Side, what: Question) => void ask(side, what),
    send: () => {
      for (const side of sides) void ask(side, question);
      setQuestion(NO_QUESTION);
    },
    stop: () => {
      for (const { lane } of sides) lane.stop();
    },
    clear: () => {
      for (const { lane } of sides) lane.clear();
    },
  };
}

function Playground({ targets }: { targets: readonly Target[] }) {
  const t = useTexts(playgroundTexts);
  const asking = useAsking(targets);
  const { sides, parameters, question, stop } = asking;
  const [formatted, setFormatted] = useState(true);
  const [shown, setShown] = useState<Shown>(null);
  const work = useRef<HTMLDivElement>(null);
  const send = () => {
    asking.send();
    // On a phone the answer may come below what is seen.
    work.current?.scrollIntoView({ block: "nearest" });
  };
  useWindowEvent("keydown", (event) => {
    if (event.key === "Escape" && shown === null) stop();
  });
  return (
    <>
      <Head
        two={asking.two}
        onCompare={asking.compare}
        onClear={asking.clear}
        onCode={() => setShown("samples")}
      />
      <div className={classes.page}>
        <Settings>
          <SettingsPanel value={parameters} onChange={asking.setParameters} wrong={asking.wrong}>
            <Switch
              label={t.rendered}
              checked={formatted}
              onChange={(event) => setFormatted(event.currentTarget.checked)}
            />
          </SettingsPanel>
        </Settings>
        <div ref={work} className={classes.work}>
          <div className={classes.lanes} data-two={asking.two || undefined}>
            {sides.map((side, index) => (
              <Lane
                key={index === 0 ? "first" : "second"}
                {...side}
                targets={targets}
                formatted={formatted}
                onRaw={(answer) => setShown({ answer })}
                onAgain={(what) => asking.again(side, what)}
              />
            ))}
          </div>
          <Composer
            value={question}
            onChange={asking.setQuestion}
            onSend={send}
            onStop={stop}
            running={asking.running}
            ready={asking.ready}
            note={<Balance />}
            blind={sides.flatMap(({ target }) => (target && !target.vision ? [target.label] : []))}
          />
        </div>
      </div>
      <Announcement lanes={sides.map(({ lane }) => lane)} />
      <SidePanel
        opened={shown !== null}
        onClose={() => setShown(null)}
        title={shown === "samples" ? t.samples.title : t.panel.title}
        size={680}
      >
        {shown === "samples" && <SamplesPanel body={bodyShown(sides[0], parameters, question)} />}
        {shown !== null && shown !== "samples" && <ExchangePanel answer={shown.answer} />}
      </SidePanel>
    </>
  );
}
