import { useLocation } from "wouter";
import { Icon } from "../components/icons.tsx";
import { Menu, type MenuItem } from "../components/menu.tsx";
import { showToast } from "../components/toast.tsx";
import { useText } from "../lib/i18n.ts";
import { sentenceOf } from "../lib/sentence.ts";
import { logOut, useMe } from "./session.ts";
import { openShortcuts } from "./shortcut-help.tsx";

const CONSOLE_ROLES = ["owner", "admin", "finance", "editor", "auditor", "operator"];

/** The signed-in person, and where their own pages are. */
export function AccountMenu({ onLeave }: { onLeave: () => void }) {
  const text = useText();
  const me = useMe();
  const [, navigate] = useLocation();
  const go = (path: string) => () => {
    onLeave();
    navigate(path);
  };
  const name = me.name || me.email.split("@")[0] || me.email;
  const console: MenuItem[] = CONSOLE_ROLES.includes(me.role)
    ? [{ label: text.console, icon: "gauge", onSelect: () => location.assign("/admin/") }]
    : [];
  const leave = () => {
    logOut().catch((error: unknown) => showToast(sentenceOf(error), { tone: "problem" }));
  };
  return (
    <Menu
      label={text.account}
      named
      className="nav-link account-button"
      side="above"
      items={[
        { label: text.apiKeys, icon: "key", onSelect: go("/keys") },
        { label: text.apps, icon: "grid", onSelect: go("/apps") },
        { label: text.wallet, icon: "wallet", onSelect: go("/wallet") },
        { label: text.settings, icon: "settings", onSelect: go("/settings") },
        { label: text.shortcuts, icon: "keyboard", onSelect: openShortcuts },
        ...console,
        { label: text.logOut, icon: "logOut", onSelect: leave },
      ]}
    >
      <span className="avatar" aria-hidden="true">
        {[...name][0]?.toUpperCase()}
      </span>
      <span className="grow account-name">
        <span>{name}</span>
        {me.level && <span className="muted">{me.level.name}</span>}
      </span>
      <Icon name="more" />
    </Menu>
  );
}
