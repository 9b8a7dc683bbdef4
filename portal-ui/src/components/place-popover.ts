const GAP = 6;
const EDGE = 8;

/**
 * Puts an open popover next to its button, inside the window. By hand, as anchor positioning is
 * not in every browser people use; through the object model, as the policy forbids style attributes.
 */
export function placePopover(
  popover: HTMLElement,
  anchor: HTMLElement,
  side: "below" | "above",
): void {
  const target = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = target.bottom + GAP;
  const above = target.top - GAP - height;
  const fitsBelow = below + height <= innerHeight - EDGE;
  const top = side === "above" ? (above >= EDGE ? above : below) : fitsBelow ? below : above;
  const alignEnd = target.left + width > innerWidth - EDGE;
  const left = alignEnd ? target.right - width : target.left;
  const clamp = (value: number, size: number, limit: number) =>
    Math.max(EDGE, Math.min(value, limit - size - EDGE));
  popover.style.top = `${clamp(top, height, innerHeight)}px`;
  popover.style.left = `${clamp(left, width, innerWidth)}px`;
}
