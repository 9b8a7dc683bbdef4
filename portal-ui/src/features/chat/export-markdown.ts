/** A conversation as a markdown file: the path that is shown. */
import type { Message } from "@contract/portal.ts";
import { formatDateTime } from "../../lib/format.ts";
import type { Dictionary, Locale } from "../../lib/i18n.ts";

interface Export {
  title: string;
  messages: readonly Message[];
  nameOf: (target: string) => string;
  text: Dictionary;
  locale: Locale;
}

/** Speakers as headings, texts as they are. Pictures stay in the portal: they are megabytes. */
export function conversationMarkdown({ title, messages, nameOf, text, locale }: Export): string {
  const parts = messages.map((message) => {
    const speaker = message.role === "user" ? text.you : nameOf(message.target);
    const lines = [`## ${speaker}`, `_${formatDateTime(message.createdAt, locale)}_`];
    for (let index = 1; index <= message.images.length; index += 1) {
      lines.push(`[${text.imageOfMessage(index)}]`);
    }
    lines.push(message.text.trim());
    if (message.citations.length > 0) lines.push(citationList(message, text));
    return lines.filter((line) => line !== "").join("\n\n");
  });
  return `${[`# ${title}`, ...parts, `> ${text.aiNotice}`].join("\n\n")}\n`;
}

function citationList(message: Message, text: Dictionary): string {
  const items = message.citations.map(({ index, title, url }) =>
    url ? `${index}. [${title}](${url})` : `${index}. ${title}`,
  );
  return `${text.sources}\n\n${items.join("\n")}`;
}
