import { type RefObject, useState } from "react";
import { Link, useLocation, useRoute } from "wouter";
import { IconButton } from "../components/icon-button.tsx";
import { Icon } from "../components/icons.tsx";
import { ConversationList } from "../features/conversations/conversation-list.tsx";
import { useText } from "../lib/i18n.ts";
import { AccountMenu } from "./account-menu.tsx";
import { BalanceLink } from "./balance-link.tsx";
import { useSession } from "./session.ts";
import { SiteMark } from "./site-mark.tsx";

interface Props {
  searchField: RefObject<HTMLInputElement | null>;
  /** Closes the drawer, or hides the column. */
  onHide: () => void;
  hideLabel: string;
  /** A link was followed. */
  onLeave: () => void;
}

/** Brand, new chat, conversations, account. */
export function Sidebar({ searchField, onHide, hideLabel, onLeave }: Props) {
  const text = useText();
  const { guest } = useSession();
  const [path] = useLocation();
  const [, params] = useRoute("/c/:id");
  const [search, setSearch] = useState("");
  return (
    <div className="sidebar">
      <div className="sidebar-top">
        <Link href="/" className="site-link" onClick={onLeave}>
          <SiteMark />
        </Link>
        <IconButton icon="sidebar" label={hideLabel} onClick={onHide} />
      </div>
      <nav className="sidebar-nav" aria-label={text.menu}>
        <Link href="/new" className="nav-link strong" onClick={onLeave}>
          <Icon name="plus" />
          {text.newChat}
        </Link>
        <Link
          href="/"
          className="nav-link"
          aria-current={path === "/" ? "page" : undefined}
          onClick={onLeave}
        >
          <Icon name="grid" />
          {text.agents}
        </Link>
      </nav>
      <search className="sidebar-search">
        <Icon name="search" size={16} />
        <input
          ref={searchField}
          type="search"
          value={search}
          aria-label={text.searchConversations}
          placeholder={text.searchConversations}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </search>
      <nav className="sidebar-list" aria-label={text.conversations}>
        <ConversationList search={search} currentId={params?.id ?? null} onOpen={onLeave} />
      </nav>
      <div className="sidebar-bottom">
        {guest ? (
          <Link href="/login" className="nav-link strong" onClick={onLeave}>
            <Icon name="key" />
            {text.logIn}
          </Link>
        ) : (
          <>
            <BalanceLink onOpen={onLeave} />
            <AccountMenu onLeave={onLeave} />
          </>
        )}
      </div>
    </div>
  );
}
