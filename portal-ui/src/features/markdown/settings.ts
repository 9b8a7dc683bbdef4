/** What the markdown module needs from the page it is in. It knows nothing else of the portal. */
import { createContext, useContext } from "react";

export interface MarkdownLabels {
  copyCode: string;
  copied: string;
  wrapLines: string;
  codeBlock: string;
  table: string;
  diagram: string;
  showCode: string;
  showDiagram: string;
  diagramFailed: string;
  remoteImage: string;
}

export interface MarkdownSettings {
  labels: MarkdownLabels;
  dark: boolean;
  /** The page's origin: pictures from there may be shown. */
  origin: string;
  /** Puts text on the clipboard; false when that was not allowed. */
  copy: (text: string) => Promise<boolean>;
}

const Context = createContext<MarkdownSettings | null>(null);

export const MarkdownProvider = Context.Provider;

export function useMarkdownSettings(): MarkdownSettings {
  const settings = useContext(Context);
  if (!settings) throw new Error("Markdown is rendered outside its provider.");
  return settings;
}
