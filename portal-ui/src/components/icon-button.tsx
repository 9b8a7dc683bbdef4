import type { ButtonHTMLAttributes, Ref } from "react";
import { Icon, type IconName } from "./icons.tsx";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName;
  /** The accessible name, also shown as tooltip. */
  label: string;
  size?: number;
  buttonRef?: Ref<HTMLButtonElement>;
}

/** A button that is only an icon; it always has a name. */
export function IconButton({ icon, label, size, className, buttonRef, ...rest }: Props) {
  return (
    <button
      type="button"
      ref={buttonRef}
      className={className ? `icon-button ${className}` : "icon-button"}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} {...(size === undefined ? {} : { size })} />
    </button>
  );
}
