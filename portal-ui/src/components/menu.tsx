import {
  type KeyboardEvent,
  type ReactNode,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { Icon, type IconName } from "./icons.tsx";
import { placePopover } from "./place-popover.ts";

export interface MenuItem {
  label: string;
  icon?: IconName;
  danger?: boolean;
  onSelect: () => void;
}

interface Props {
  label: string;
  /** The button's text is its name already; `label` names the menu alone. */
  named?: boolean;
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
export function Menu({ label, named, items, children, className, side = "below" }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  useLayoutEffect(() => {
    if (!open || !list.current || !button.current) return;
    placePopover(list.current, button.current, side);
    list.current.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [open, side]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const index = buttons.indexOf(document.activeElement as HTMLElement);
    buttons[step(index, buttons.length)]?.focus();
  };

  return (
    <>
      <button
        type="button"
        ref={button}
        className={className ?? "icon-button"}
        aria-label={named ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        title={named ? undefined : label}
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
        onBeforeToggle={(event) => setOpen((event as unknown as ToggleEvent).newState === "open")}
        onKeyDown={onKeyDown}
      >
        {open &&
          items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className={item.danger ? "menu-item danger" : "menu-item"}
              onClick={() => {
                list.current?.hidePopover();
                item.onSelect();
              }}
            >
              {item.icon && <Icon name={item.icon} size={16} />}
              <span>{item.label}</span>
            </button>
          ))}
      </div>
    </>
  );
}
