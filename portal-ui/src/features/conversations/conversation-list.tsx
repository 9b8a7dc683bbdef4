import type { Conversation } from "@contract/portal.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { memo, useDeferredValue } from "react";
import { Link } from "wouter";
import { ErrorState, Skeleton } from "../../components/states.tsx";
import { useText } from "../../lib/i18n.ts";
import { conversationsQuery } from "../chat/queries.ts";
import { ConversationMenu } from "./conversation-menu.tsx";
import { groupByDate } from "./group-by-date.ts";

interface Props {
  search: string;
  /** The one on the page. */
  currentId: string | null;
  onOpen: () => void;
}

/** The person's conversations by date, or those that match a search. */
export function ConversationList({ search, currentId, onOpen }: Props) {
  const text = useText();
  const query = useInfiniteQuery(conversationsQuery(useDeferredValue(search.trim())));
  if (query.isPending) return <Skeleton lines={5} />;
  if (query.isError) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const all = query.data.pages.flatMap((page) => page.data);
  if (all.length === 0) {
    return (
      <p className="sidebar-note">{search ? text.noConversationsFound : text.noConversations}</p>
    );
  }
  return (
    <>
      {groupByDate(all, new Date()).map(({ group, conversations }) => (
        <section key={group} aria-label={text[group]}>
          <h2 className="sidebar-heading">{text[group]}</h2>
          <ul>
            {conversations.map((conversation) => (
              <ConversationRow
                key={conversation.id}
                conversation={conversation}
                current={conversation.id === currentId}
                onOpen={onOpen}
              />
            ))}
          </ul>
        </section>
      ))}
      {query.hasNextPage && (
        <button
          type="button"
          className="button subtle"
          disabled={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {text.loadMore}
        </button>
      )}
    </>
  );
}

interface RowProps {
  conversation: Conversation;
  current: boolean;
  onOpen: () => void;
}

const ConversationRow = memo(function ConversationRow({ conversation, current, onOpen }: RowProps) {
  const text = useText();
  const title = conversation.title || text.untitled;
  return (
    <li className={current ? "conversation-row current" : "conversation-row"}>
      <Link
        href={`/c/${conversation.id}`}
        aria-current={current ? "page" : undefined}
        title={title}
        onClick={onOpen}
      >
        <span className="conversation-title">{title}</span>
        {conversation.runningRunId && (
          <span className="running-dot" role="img" aria-label={text.answering} />
        )}
      </Link>
      <ConversationMenu conversation={conversation} className="row-menu" />
    </li>
  );
});
