import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from "react";
import { Icon, type IconName } from "./icons.tsx";
import { placePopover } from "./place-popover.ts";

export interface MenuItem {
  label: string;
  icon?: IconName;
  danger?: boolean;
  /** Set for a choice among several. */
  checked?: boolean;
  onSelect: () => void;
}

interface Props {
  label: string;
  items: MenuItem[];
  /** What the button shows. */
  children: ReactNode;
  className?: string;
  side?: "below" | "above";
}

const STEPS: Record<string, (index: number, count: number) => number> = {
  ArrowDown: (index, count) => (index + 1) % count,
  ArrowUp: (index, count) => (index - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** A button with a menu on the native popover; arrows move, Escape closes. */
export function Menu({ label, items, children, className, side = "below" }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  useLayoutEffect(() => {
    if (!open || !list.current || !button.current) return;
    placePopover(list.current, button.current, side);
    list.current.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
  }, [open, side]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const index = buttons.findIndex((item) => item === document.activeElement);
    buttons[step(index, buttons.length)]?.focus();
  };

  return (
    <>
      <button
        type="button"
        ref={button}
        className={className ?? "icon-button"}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        title={label}
        onClick={() => list.current?.togglePopover()}
      >
        {children}
      </button>
      <div
        id={id}
        ref={list}
        popover="auto"
        role="menu"
        aria-label={label}
        className="menu"
        onToggle={(event) => setOpen((event as unknown as ToggleEvent).newState === "open")}
        onKeyDown={onKeyDown}
      >
        {open &&
          items.map((item) => (
            <button
              key={item.label}
              type="button"
              role={item.checked === undefined ? "menuitem" : "menuitemradio"}
              aria-checked={item.checked}
              tabIndex={-1}
              className={item.danger ? "menu-item danger" : "menu-item"}
              onClick={() => {
                list.current?.hidePopover();
                item.onSelect();
              }}
            >
              {item.icon && <Icon name={item.icon} size={16} />}
              <span>{item.label}</span>
              {item.checked && <Icon name="check" size={16} />}
            </button>
          ))}
      </div>
    </>
  );
}
