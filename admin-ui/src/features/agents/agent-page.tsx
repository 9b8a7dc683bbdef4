import type { Agent } from "@contract";
import { Button } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { PageMissing } from "../../app/fallbacks.tsx";
import { useConfirm } from "../../components/confirm.tsx";
import { LinkAnchor } from "../../components/links.tsx";
import { Loaded, PageHead } from "../../components/page.tsx";
import { TryIt } from "../../components/try-it.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useNotify } from "../../lib/notify.tsx";
import { agentsQuery } from "../../lib/queries.ts";
import { AgentForm } from "./agent-form.tsx";
import { agentTexts } from "./texts.ts";

const ExplainSection = lazyPart(
  async () => (await import("../access/explain-section.tsx")).ExplainSection,
);

const PriceHistory = lazyPart(
  async () => (await import("../models/price-history.tsx")).PriceHistory,
);

/** `/agents/new` and `/agents/<id>`. */
export function AgentPage() {
  const { id } = useParams({ from: "/agents/$id" });
  const agents = useQuery(agentsQuery);
  return (
    <Loaded query={agents}>
      {(list) => {
        const agent = list.find((one) => one.id === id) ?? null;
        if (!agent && id !== "new") return <PageMissing />;
        return <AgentEditor key={id} agent={agent} others={list.filter((one) => one.id !== id)} />;
      }}
    </Loaded>
  );
}

function AgentEditor({ agent, others }: { agent: Agent | null; others: readonly Agent[] }) {
  const t = useTexts(agentTexts);
  const common = useTexts(commonTexts);
  const notify = useNotify();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const toList = () => navigate({ to: "/agents" });
  const remove = (gone: Agent) =>
    confirm.ask({
      title: t.deleteTitle(gone.name),
      effect: t.deleteEffect,
      action: t.deleteAction,
      run: async () => {
        await call("DELETE /api/admin/agents/{id}", { params: { id: gone.id } });
        await queryClient.invalidateQueries({ queryKey: ["agents"] });
        notify.done(t.deleted(gone.name));
        await navigate({ to: "/agents", ignoreBlocker: true });
      },
    });
  return (
    <>
      <PageHead
        back={
          <LinkAnchor to="/agents" size="sm">
            ← {t.title}
          </LinkAnchor>
        }
        title={agent?.name ?? t.newTitle}
        actions={agent?.enabled && <TryIt target={`agent/${agent.slug}`} />}
      />
      <AgentForm
        agent={agent}
        others={others}
        onCancel={() => void toList()}
        onSaved={async (saved) => {
          notify.done(t.saved(saved.name));
          await toList();
        }}
        extra={
          agent && (
            <Button
              variant="subtle"
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => remove(agent)}
            >
              {common.delete}
            </Button>
          )
        }
      />
      {agent && <ExplainSection target={`agent/${agent.slug}`} />}
      {agent && <PriceHistory target={agent.id} />}
      {confirm.dialog}
    </>
  );
}
