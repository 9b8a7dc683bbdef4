import type { ReactNode } from "react";

/** What is asked before something dangerous. */
export interface Question {
  title: string;
  /** What will happen, and to whom. */
  effect: ReactNode;
  /** The name of the action, on its button. */
  action: string;
  run: () => Promise<unknown>;
}
