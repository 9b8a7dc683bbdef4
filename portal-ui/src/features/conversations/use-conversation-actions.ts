/** Renaming, pinning, deleting with undo, exporting. */
import type { Conversation } from "@contract/portal.ts";
import { useLocation } from "wouter";
import { noticeSignedOut, queryClient } from "../../app/query-client.ts";
import { showToast } from "../../components/toast.tsx";
import { api } from "../../lib/api.ts";
import { localeStore, texts } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { choicesOf } from "../chat/choices.ts";
import {
  agentsQuery,
  conversationQuery,
  dropConversation,
  putConversation,
} from "../chat/queries.ts";
import { pathOf } from "../chat/tree.ts";

function tellProblem(error: unknown): void {
  if (noticeSignedOut(error)) return;
  showToast(sentenceOf(error), { tone: "problem" });
}

const refreshList = () => queryClient.invalidateQueries({ queryKey: ["conversations"] });

export function useConversationActions(conversation: Conversation) {
  const [path, navigate] = useLocation();
  const params = { id: conversation.id };

  const change = async (body: { title?: string; pinned?: boolean }) => {
    try {
      const changed = await api("PATCH /api/portal/conversations/{id}", { params, body });
      putConversation(queryClient, changed);
      await refreshList();
    } catch (error) {
      tellProblem(error);
    }
  };

  const restore = async () => {
    try {
      await api("POST /api/portal/conversations/{id}/restore", { params });
      showToast(texts().conversationRestored);
      await refreshList();
    } catch (error) {
      tellProblem(error);
    }
  };

  const remove = async () => {
    try {
      await api("DELETE /api/portal/conversations/{id}", { params });
      dropConversation(queryClient, conversation.id);
      if (path === `/c/${conversation.id}`) navigate("/");
      queryClient.removeQueries({ queryKey: conversationQuery(conversation.id).queryKey });
      const text = texts();
      showToast(text.conversationDeleted, {
        action: { label: text.undo, run: () => void restore() },
      });
    } catch (error) {
      tellProblem(error);
    }
  };

  const exportMarkdown = async () => {
    try {
      const [{ conversationMarkdown }, { downloadText, fileNameOf }, detail, agents] =
        await Promise.all([
          import("../chat/export-markdown.ts"),
          import("../../lib/download.ts"),
          queryClient.fetchQuery(conversationQuery(conversation.id)),
          queryClient.fetchQuery(agentsQuery),
        ]);
      const names = new Map(agents.data.map((agent) => [agent.target, agent.name]));
      const markdown = conversationMarkdown({
        title: conversation.title || texts().untitled,
        messages: pathOf(detail.messages, choicesOf(conversation.id)).map((step) => step.message),
        nameOf: (target) => names.get(target) ?? target,
        text: texts(),
        locale: localeStore.get(),
      });
      downloadText(`${fileNameOf(conversation.title)}.md`, markdown, "text/markdown");
    } catch (error) {
      tellProblem(error);
    }
  };

  return { change, remove, exportMarkdown };
}
