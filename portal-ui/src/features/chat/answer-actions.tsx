import type { Message } from "@contract/portal.ts";
import { useMutation } from "@tanstack/react-query";
import { queryClient } from "../../app/query-client.ts";
import { IconButton } from "../../components/icon-button.tsx";
import { Icon } from "../../components/icons.tsx";
import { Menu } from "../../components/menu.tsx";
import { showToast } from "../../components/toast.tsx";
import { useCopy } from "../../components/use-copy.ts";
import { api } from "../../lib/api.ts";
import { formatCredits, formatDateTime, formatSeconds, tokensPerSecond } from "../../lib/format.ts";
import { useLocale, useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { plainText } from "../markdown/plain-text.ts";
import { replaceMessage } from "./queries.ts";
import type { Switcher } from "./switcher.ts";
import { VersionSwitcher } from "./version-switcher.tsx";

interface Props {
  message: Message;
  switcher: Switcher | null;
  onRegenerate: ((answer: Message) => void) | null;
}

/** Below an answer: its versions, copying, feedback, answering anew, and what it cost. */
export function AnswerActions({ message, switcher, onRegenerate }: Props) {
  const text = useText();
  const { copied, copy } = useCopy();
  return (
    <div className="message-actions">
      {switcher && <VersionSwitcher switcher={switcher} />}
      <Figures message={message} />
      {message.text && (
        <>
          <IconButton
            icon={copied ? "check" : "copy"}
            size={16}
            label={copied ? text.copied : text.copyMarkdown}
            onClick={() => copy(message.text)}
          />
          <Feedback message={message} />
        </>
      )}
      {onRegenerate && message.status !== "failed" && (
        <IconButton
          icon="refresh"
          size={16}
          label={text.regenerate}
          onClick={() => onRegenerate(message)}
        />
      )}
      {message.text && (
        <Menu
          label={text.moreActions}
          items={[
            { label: text.copyMarkdown, icon: "copy", onSelect: () => copy(message.text) },
            { label: text.copyPlain, icon: "wrap", onSelect: () => copy(plainText(message.text)) },
          ]}
        >
          <Icon name="more" size={16} />
        </Menu>
      )}
    </div>
  );
}

/** Thumb up, down, or none again. */
function Feedback({ message }: { message: Message }) {
  const text = useText();
  const { mutate } = useMutation({
    mutationFn: (feedback: Message["feedback"]) =>
      api("PUT /api/portal/messages/{id}/feedback", {
        params: { id: message.id },
        body: { feedback },
      }),
    onSuccess: (_, feedback) => replaceMessage(queryClient, { ...message, feedback }),
    onError: (error) => showToast(sentenceOf(error), { tone: "problem" }),
  });
  const thumb = (kind: "up" | "down") => (
    <IconButton
      icon={kind === "up" ? "thumbUp" : "thumbDown"}
      size={16}
      label={kind === "up" ? text.goodAnswer : text.badAnswer}
      aria-pressed={message.feedback === kind}
      onClick={() => mutate(message.feedback === kind ? null : kind)}
    />
  );
  return (
    <>
      {thumb("up")}
      {thumb("down")}
    </>
  );
}

/** Credits, speed and time of an answer. */
function Figures({ message }: { message: Message }) {
  const text = useText();
  const locale = useLocale();
  const rate = tokensPerSecond(message);
  const parts = [
    message.credits === null
      ? null
      : text.creditsAmount(formatCredits(Number(message.credits), locale)),
    rate === null ? null : text.tokensPerSecond(String(Math.round(rate))),
    message.totalMs === null ? null : text.seconds(formatSeconds(message.totalMs, locale)),
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return (
    <span className="figures" title={formatDateTime(message.createdAt, locale)}>
      {parts.join(" · ")}
    </span>
  );
}
