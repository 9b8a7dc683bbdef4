/** What the page and the frame that draws diagrams say to each other. */

export interface DiagramRequest {
  type: "draw";
  code: string;
  dark: boolean;
}

export type DiagramAnswer =
  | { type: "ready" }
  | { type: "drawn"; height: number }
  | { type: "failed"; message: string };
