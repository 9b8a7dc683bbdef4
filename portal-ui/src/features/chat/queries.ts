/** The portal's questions to the server, each under one key, and the changes made in the cache. */
import type { Conversation, Message } from "@contract/portal.ts";
import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
} from "@tanstack/react-query";
import { isGuest } from "../../app/session.ts";
import { api } from "../../lib/api.ts";
import { withMessages } from "./tree.ts";

const PAGE = 50;

export interface ConversationPage {
  data: Conversation[];
  has_more: boolean;
  next: string | null;
}
export interface ConversationDetail {
  conversation: Conversation;
  messages: Message[];
}

export const agentsQuery = queryOptions({
  queryKey: ["agents"],
  queryFn: ({ signal }) => api("GET /api/portal/agents", { signal }),
  select: (answer) => answer.data,
  staleTime: 60_000,
});

export const walletQuery = queryOptions({
  queryKey: ["wallet"],
  queryFn: ({ signal }) => api("GET /api/portal/wallet", { signal }),
  // A guest has no wallet.
  enabled: () => !isGuest(),
});

export const conversationsQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ["conversations", search],
    queryFn: ({ signal, pageParam }) =>
      api("GET /api/portal/conversations", {
        signal,
        query: { limit: PAGE, search, ...(pageParam === null ? {} : { after: pageParam }) },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.has_more ? page.next : null),
  });

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: ["conversation", id],
    queryFn: ({ signal }): Promise<ConversationDetail> =>
      api("GET /api/portal/conversations/{id}", { params: { id }, signal }),
    staleTime: 30_000,
  });

/** Puts a conversation where it is known, and on top of the unsearched list where it is new. */
export function putConversation(client: QueryClient, conversation: Conversation): void {
  client.setQueryData(conversationQuery(conversation.id).queryKey, (known) =>
    known ? { ...known, conversation } : known,
  );
  client.setQueriesData<InfiniteData<ConversationPage, string | null>>(
    { queryKey: ["conversations"] },
    (list) => list && { ...list, pages: list.pages.map((page) => replaced(page, conversation)) },
  );
  client.setQueryData(conversationsQuery("").queryKey, (list) => {
    if (!list || list.pages.some(({ data }) => data.some(({ id }) => id === conversation.id))) {
      return list;
    }
    const [first, ...rest] = list.pages;
    if (!first) return list;
    return { ...list, pages: [{ ...first, data: [conversation, ...first.data] }, ...rest] };
  });
}

const replaced = (page: ConversationPage, conversation: Conversation): ConversationPage => ({
  ...page,
  data: page.data.map((known) => (known.id === conversation.id ? conversation : known)),
});

export function dropConversation(client: QueryClient, id: string): void {
  client.setQueriesData<InfiniteData<ConversationPage, string | null>>(
    { queryKey: ["conversations"] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          data: page.data.filter((known) => known.id !== id),
        })),
      },
  );
}

/** Puts messages of a conversation into the cache, making the entry where there is none. */
export function putMessages(
  client: QueryClient,
  conversation: Conversation,
  ...messages: (Message | null)[]
): void {
  client.setQueryData(conversationQuery(conversation.id).queryKey, (known) => ({
    conversation,
    messages: withMessages(known?.messages ?? [], ...messages),
  }));
}

/** Puts a changed message into whichever conversation holds it. */
export function replaceMessage(client: QueryClient, message: Message): void {
  client.setQueriesData<ConversationDetail>({ queryKey: ["conversation"] }, (known) =>
    known?.messages.some(({ id }) => id === message.id)
      ? { ...known, messages: withMessages(known.messages, message) }
      : known,
  );
}
