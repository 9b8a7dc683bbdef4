import type { PortalAgent } from "@contract/portal.ts";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { AgentIcon } from "../../components/agent-icon.tsx";
import { Icon } from "../../components/icons.tsx";
import { placePopover } from "../../components/place-popover.ts";
import { useLocale, useText } from "../../lib/i18n.ts";
import { isComposing } from "../../lib/shortcuts.ts";
import { searchAgents } from "../gallery/agents.ts";
import { shortPriceText } from "./price.ts";

interface Props {
  agents: readonly PortalAgent[];
  agent: PortalAgent | null;
  /** Shown while the target is not among the agents. */
  fallback: string;
  onChoose: (target: string) => void;
}

/** Chooses who answers next: a combobox in a popover. */
export function TargetSwitcher({ agents, agent, fallback, onChoose }: Props) {
  const text = useText();
  const popover = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => {
    if (open && popover.current && button.current) {
      placePopover(popover.current, button.current, "below");
      popover.current.querySelector("input")?.focus();
    }
  }, [open]);
  return (
    <>
      <button
        type="button"
        ref={button}
        className="target-button"
        aria-haspopup="listbox"
        aria-expanded={open}
        title={text.chooseTarget}
        onClick={() => popover.current?.togglePopover()}
      >
        {agent && <AgentIcon name={agent.name} icon={agent.icon} size={22} />}
        <span className="target-name">{agent?.name ?? fallback}</span>
        <Icon name="chevronDown" size={16} />
      </button>
      <div
        ref={popover}
        popover="auto"
        className="menu target-menu"
        onBeforeToggle={(event) => setOpen((event as unknown as ToggleEvent).newState === "open")}
      >
        {open && (
          <TargetList
            agents={agents}
            current={agent?.target ?? null}
            onChoose={(target) => {
              popover.current?.hidePopover();
              onChoose(target);
            }}
          />
        )}
      </div>
    </>
  );
}

interface ListProps {
  agents: readonly PortalAgent[];
  current: string | null;
  onChoose: (target: string) => void;
}

function TargetList({ agents, current, onChoose }: ListProps) {
  const text = useText();
  const id = useId();
  const [query, setQuery] = useState("");
  const found = searchAgents(agents, query);
  const [active, setActive] = useState(
    Math.max(
      0,
      found.findIndex((a) => a.target === current),
    ),
  );
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === "ArrowDown") setActive(Math.min(found.length - 1, active + 1));
    else if (event.key === "ArrowUp") setActive(Math.max(0, active - 1));
    else if (event.key === "Enter") {
      const target = found[active]?.target;
      if (target) onChoose(target);
    } else return;
    event.preventDefault();
  };

  return (
    <>
      <input
        className="target-search"
        role="combobox"
        aria-label={text.searchTargets}
        aria-controls={id}
        aria-expanded="true"
        aria-activedescendant={found[active] ? `${id}-${active}` : undefined}
        placeholder={text.searchTargets}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} ref={list} role="listbox" aria-label={text.chooseTarget} className="target-list">
        {found.map((agent, index) => (
          <TargetOption
            key={agent.target}
            id={`${id}-${index}`}
            agent={agent}
            active={index === active}
            selected={agent.target === current}
            onChoose={onChoose}
          />
        ))}
      </div>
      {found.length === 0 && <p className="menu-note">{text.noAgentsFound}</p>}
    </>
  );
}

interface OptionProps {
  id: string;
  agent: PortalAgent;
  active: boolean;
  selected: boolean;
  onChoose: (target: string) => void;
}

function TargetOption({ id, agent, active, selected, onChoose }: OptionProps) {
  const text = useText();
  const locale = useLocale();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above has the keyboard
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the combobox
    <div
      id={id}
      role="option"
      aria-selected={selected}
      className={active ? "target-option active" : "target-option"}
      onClick={() => onChoose(agent.target)}
    >
      <AgentIcon name={agent.name} icon={agent.icon} size={28} />
      <span className="target-option-text">
        <span>{agent.name}</span>
        <span className="muted">{shortPriceText(agent.price, text, locale)}</span>
      </span>
      {selected && <Icon name="check" size={16} />}
    </div>
  );
}
