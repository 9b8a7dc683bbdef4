import { type ReactNode, useMemo } from "react";
import { copyText } from "../../lib/clipboard.ts";
import { useText } from "../../lib/i18n.ts";
import { useMedia } from "../../lib/media.ts";
import { useStore } from "../../lib/store.ts";
import { themeStore } from "../../lib/theme.ts";
import { MarkdownProvider, type MarkdownSettings } from "../markdown/settings.ts";

/** Gives the markdown module this page's language, scheme and clipboard. */
export function MarkdownScope({ children }: { children: ReactNode }) {
  const text = useText();
  const theme = useStore(themeStore);
  const systemDark = useMedia("(prefers-color-scheme: dark)");
  const dark = theme === "dark" || (theme === "system" && systemDark);
  const settings: MarkdownSettings = useMemo(
    () => ({ labels: text, dark, origin: location.origin, copy: copyText }),
    [text, dark],
  );
  return <MarkdownProvider value={settings}>{children}</MarkdownProvider>;
}
