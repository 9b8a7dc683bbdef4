/** Moves between the alternatives of a message. */
export interface Switcher {
  index: number;
  count: number;
  move: (offset: number) => void;
}
