import type { Message, PortalAgent } from "@contract/portal.ts";
import { useQuery } from "@tanstack/react-query";
import { type DragEvent, useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { NotFound } from "../../app/not-found.tsx";
import { SidebarToggle } from "../../app/sidebar-toggle.tsx";
import { IconButton } from "../../components/icon-button.tsx";
import { ErrorState, Skeleton } from "../../components/states.tsx";
import { ApiError } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { useShortcuts } from "../../lib/shortcuts.ts";
import { recall, remember } from "../../lib/storage.ts";
import { ConversationMenu } from "../conversations/conversation-menu.tsx";
import { useChoices } from "./choices.ts";
import { Composer } from "./composer.tsx";
import { BalanceNotice, ComposerNote } from "./cost-notice.tsx";
import { useDraft } from "./drafts.ts";
import { imageFiles } from "./images.ts";
import { liveRun, NEW, useRunPhase } from "./live-runs.ts";
import { MarkdownScope } from "./markdown-scope.tsx";
import { MessageList } from "./message-list.tsx";
import { agentsQuery, conversationQuery } from "./queries.ts";
import { attach, stopRun } from "./runs.ts";
import { TargetSwitcher } from "./target-switcher.tsx";
import { pathOf } from "./tree.ts";
import { useBottom } from "./use-bottom.ts";
import { useChat } from "./use-chat.ts";
import { useImages } from "./use-images.ts";
import { Welcome } from "./welcome.tsx";
import "./composer.css";
import "./chat.css";
import "./welcome.css";

const NO_MESSAGES: readonly Message[] = [];
const NO_AGENTS: readonly PortalAgent[] = [];
const LAST_TARGET = "last-target";

interface Props {
  /** Null for a conversation that has not begun. */
  conversationId: string | null;
  /** Whom to talk to, from the address. */
  initialTarget: string | null;
}

/** A conversation, or the beginning of one. */
export function ChatPage({ conversationId, initialTarget }: Props) {
  const text = useText();
  const [, navigate] = useLocation();
  const runKey = conversationId ?? NEW;
  const phase = useRunPhase(runKey);
  const agentsAnswer = useQuery(agentsQuery);
  const agents = agentsAnswer.data ?? NO_AGENTS;
  const detail = useQuery({
    ...conversationQuery(conversationId ?? ""),
    enabled: conversationId !== null,
  });
  const messages = (conversationId !== null && detail.data?.messages) || NO_MESSAGES;
  const conversation = conversationId === null ? null : (detail.data?.conversation ?? null);
  const { target, agent, choose } = useTarget(
    runKey,
    agents,
    conversation?.target ?? (conversationId === null ? initialTarget : null),
  );
  const choices = useChoices(runKey);
  const lastId = useMemo(
    () => pathOf(messages, choices).at(-1)?.message.id ?? null,
    [messages, choices],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { atBottom, toBottom } = useBottom(scroller, content, runKey);
  const { sendDraft, sendText, edit, again, draftKey } = useChat({
    conversationId,
    target: agent ? target : null,
    lastId,
    toBottom,
  });
  const running = phase !== "idle";
  useShortcuts({ escape: running ? () => void stopRun(runKey) : undefined });
  useAttach(conversationId, conversation?.runningRunId ?? null);

  if (detail.error instanceof ApiError && detail.error.status === 404) return <NotFound />;
  const isEmpty = conversationId === null && !running;
  return (
    <DropZone draftKey={draftKey} agent={agent}>
      <header className="page-header">
        <SidebarToggle />
        <TargetSwitcher
          agents={agents}
          agent={agent}
          fallback={target ?? text.chooseTarget}
          onChoose={(next) => {
            choose(next);
            if (conversationId === null) {
              navigate(`/new?target=${encodeURIComponent(next)}`, { replace: true });
            }
          }}
        />
        <span className="grow" />
        {conversation && <ConversationMenu conversation={conversation} />}
      </header>
      <h1 className="visually-hidden">{conversation?.title || text.untitled}</h1>
      <div className="chat-scroll" ref={scroller}>
        <div className="chat-content" ref={content}>
          <MarkdownScope>
            {isEmpty && agent && <Welcome agent={agent} onStarter={sendText} />}
            {detail.isPending && conversationId !== null && !running && <Skeleton lines={6} />}
            {detail.error && (
              <ErrorState error={detail.error} onRetry={() => void detail.refetch()} />
            )}
            {!isEmpty && (
              <MessageList
                runKey={runKey}
                messages={messages}
                agents={agents}
                onRegenerate={again}
                onEdit={edit}
                onSuggestion={sendText}
              />
            )}
          </MarkdownScope>
        </div>
      </div>
      <div className="chat-dock">
        {!atBottom && (
          <IconButton
            className="to-bottom"
            icon="arrowDown"
            label={text.toBottom}
            onClick={toBottom}
          />
        )}
        {agent && !running && <BalanceNotice agent={agent} />}
        {!agent && agentsAnswer.isSuccess && (
          <div className="notice" role="status">
            <div className="notice-text">{text.targetGone}</div>
          </div>
        )}
        <Composer
          draftKey={draftKey}
          agent={agent}
          running={running}
          stopping={phase === "stopping" || phase === "sending"}
          onSend={sendDraft}
          onStop={() => void stopRun(runKey)}
        />
        <ComposerNote agent={agent} />
      </div>
    </DropZone>
  );
}

/** Whom the next message goes to: chosen here, else the conversation's, else the last used, else the first. */
function useTarget(key: string, agents: readonly PortalAgent[], own: string | null) {
  const [chosen, setChosen] = useState<{ key: string; target: string } | null>(null);
  const wanted = chosen?.key === key ? chosen.target : own;
  const has = (target: string | null) => agents.some((agent) => agent.target === target);
  const last = recall(LAST_TARGET);
  const target = wanted ?? (has(last) ? last : (agents[0]?.target ?? null));
  const agent = agents.find((known) => known.target === target) ?? null;
  useEffect(() => {
    if (agent) remember(LAST_TARGET, agent.target);
  }, [agent]);
  return { target, agent, choose: (next: string) => setChosen({ key, target: next }) };
}

/** Goes on showing an answer that another tab, or this one before a reload, has begun. */
function useAttach(conversationId: string | null, runId: string | null): void {
  useEffect(() => {
    if (conversationId && runId && !liveRun(conversationId)) void attach(conversationId, runId);
  }, [conversationId, runId]);
}

/** The page takes pictures dropped anywhere on it. */
function DropZone(props: {
  draftKey: string;
  agent: PortalAgent | null;
  children: React.ReactNode;
}) {
  const text = useText();
  const [over, setOver] = useState(false);
  const { images, setImages } = useDraft(props.draftKey);
  const { addImages } = useImages(props.agent, images, setImages);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a drop target; the button does the same
    <div
      className="chat-page"
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(false);
        addImages(imageFiles(event.dataTransfer));
      }}
    >
      {props.children}
      {over && <div className="drop-hint">{text.dropImages}</div>}
    </div>
  );
}
