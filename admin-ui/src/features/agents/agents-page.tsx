import type { Agent } from "@contract";
import { Text } from "@mantine/core";
import { IconPlus, IconRobot } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Allowed } from "../../app/may.tsx";
import { LinkButton } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { Loaded, PageHead } from "../../components/page.tsx";
import { Toolbar } from "../../components/table/toolbar.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { moved } from "../../lib/move.ts";
import { useNotify } from "../../lib/notify.tsx";
import { agentsQuery } from "../../lib/queries.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { AgentRow } from "./agent-row.tsx";
import { configOfAgent } from "./agent-values.ts";
import classes from "./agents.module.css";
import { agentTexts } from "./texts.ts";

const ICON = <IconRobot size={26} stroke={1.5} aria-hidden />;

/** Writes the order at once on the screen, then on the server; a refusal puts it back. */
function useReorder() {
  const t = useTexts(agentTexts);
  const notify = useNotify();
  const queryClient = useQueryClient();
  const [announcement, setAnnouncement] = useState("");
  const write = async (next: Agent[]) => {
    queryClient.setQueryData(agentsQuery.queryKey, next);
    await call("PUT /api/admin/agents/order", { body: { ids: next.map((agent) => agent.id) } });
    await queryClient.invalidateQueries({ queryKey: agentsQuery.queryKey });
  };
  const reorder = useMutation({
    mutationFn: ({ next }: { before: Agent[]; next: Agent[] }) => write(next),
    onSuccess: (_, { before }) => notify.done(t.orderSaved, () => write(before)),
    onError: (error, { before }) => {
      queryClient.setQueryData(agentsQuery.queryKey, before);
      notify.failed(error);
    },
  });
  const move = (agents: readonly Agent[], from: number, to: number) => {
    const agent = agents[from];
    if (!agent || from === to) return;
    reorder.mutate({ before: [...agents], next: moved(agents, from, to) });
    setAnnouncement(t.moved(agent.name, to + 1));
  };
  return { move, announcement };
}

/** Publishes or hides an agent; the message offers to take it back. */
function useToggle() {
  const t = useTexts(agentTexts);
  const notify = useNotify();
  const queryClient = useQueryClient();
  const write = async (agent: Agent, enabled: boolean) => {
    await call("PUT /api/admin/agents/{id}", {
      params: { id: agent.id },
      body: { ...configOfAgent(agent), enabled },
    });
    await queryClient.invalidateQueries({ queryKey: agentsQuery.queryKey });
  };
  const toggle = useMutation({
    mutationFn: ({ agent, enabled }: { agent: Agent; enabled: boolean }) => write(agent, enabled),
    onSuccess: (_, { agent, enabled }) =>
      notify.done(enabled ? t.turnedOn(agent.name) : t.turnedOff(agent.name), () =>
        write(agent, !enabled),
      ),
    onError: notify.failed,
  });
  return (agent: Agent, enabled: boolean) => toggle.mutate({ agent, enabled });
}

export function AgentsPage() {
  const t = useTexts(agentTexts);
  const query = useQuery(agentsQuery);
  return (
    <>
      <PageHead
        title={t.title}
        description={t.help}
        actions={query.data?.length !== 0 && <NewAgent />}
      />
      <Loaded query={query}>
        {(agents) =>
          agents.length === 0 ? (
            <div className={classes.frame}>
              <Nothing
                icon={ICON}
                title={t.emptyTitle}
                help={t.emptyHelp}
                action={
                  <>
                    <LinkButton to="/connections" variant="default">
                      {t.fromConnection}
                    </LinkButton>
                    <NewAgent />
                  </>
                }
              />
            </div>
          ) : (
            <Gallery agents={agents} />
          )
        }
      </Loaded>
    </>
  );
}

function Gallery({ agents }: { agents: readonly Agent[] }) {
  const t = useTexts(agentTexts);
  const common = useTexts(commonTexts);
  const { search } = useSearchState<"search">();
  const { move, announcement } = useReorder();
  const toggle = useToggle();
  const [dragged, setDragged] = useState<number | null>(null);
  const wanted = (search.search ?? "").toLowerCase();
  const shown = agents.filter((agent) =>
    [agent.name, agent.slug, agent.group].some((text) => text.toLowerCase().includes(wanted)),
  );
  return (
    <>
      <Toolbar placeholder={t.search} filters={["search"]} />
      <Text size="sm" c="dimmed" mb="sm">
        {t.orderHint}
      </Text>
      {shown.length === 0 && (
        <div className={classes.frame}>
          <Nothing icon={ICON} title={common.noMatches} help={common.noMatchesHelp} />
        </div>
      )}
      <ol className={classes.list} aria-label={t.title}>
        {shown.map((agent) => {
          const index = agents.indexOf(agent);
          return (
            <AgentRow
              key={agent.id}
              agent={agent}
              // Among search results a place says nothing: reordering is for the whole list.
              movable={wanted === ""}
              first={index === 0}
              last={index === agents.length - 1}
              onMove={(step) => move(agents, index, index + step)}
              onToggle={(enabled) => toggle(agent, enabled)}
              onDragStart={() => setDragged(index)}
              onDrop={() => {
                if (dragged !== null) move(agents, dragged, index);
                setDragged(null);
              }}
            />
          );
        })}
      </ol>
      <span className={classes.hidden} role="status">
        {announcement}
      </span>
    </>
  );
}

function NewAgent() {
  const t = useTexts(agentTexts);
  return (
    <Allowed to="publishing.write">
      <LinkButton
        to="/agents/$id"
        params={{ id: "new" }}
        leftSection={<IconPlus size={16} aria-hidden />}
      >
        {t.create}
      </LinkButton>
    </Allowed>
  );
}
