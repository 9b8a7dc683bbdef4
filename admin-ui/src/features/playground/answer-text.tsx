/** An answer's text as the portal shows it, by the portal's own markdown. */
import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import { Markdown } from "../../../../portal-ui/src/features/markdown/markdown.tsx";
import {
  MarkdownProvider,
  type MarkdownSettings,
} from "../../../../portal-ui/src/features/markdown/settings.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import classes from "./playground.module.css";
import { playgroundTexts } from "./texts.ts";

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The browser does not allow it here; the button says so.
    return false;
  }
}

export function AnswerText({ text, finished }: { text: string; finished: boolean }) {
  const labels = useTexts(playgroundTexts).markdown;
  const { copied } = useTexts(commonTexts);
  const dark = useComputedColorScheme("light") === "dark";
  const settings: MarkdownSettings = useMemo(
    () => ({ labels: { ...labels, copied }, dark, origin: location.origin, copy }),
    [labels, copied, dark],
  );
  return (
    <MarkdownProvider value={settings}>
      <div className={classes.markdown}>
        <Markdown text={text} finished={finished} />
      </div>
    </MarkdownProvider>
  );
}
