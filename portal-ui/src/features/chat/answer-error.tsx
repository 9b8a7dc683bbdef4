import type { Message } from "@contract/portal.ts";
import { Link } from "wouter";
import { useSite } from "../../app/session.ts";
import { Icon } from "../../components/icons.tsx";
import { useText } from "../../lib/i18n.ts";
import { sentenceOfCode } from "../../lib/sentence.ts";

interface Props {
  message: Message;
  onRetry: ((answer: Message) => void) | null;
}

const NO_CREDITS = ["insufficient_credits", "key_cap_reached"];

/** What went wrong, and the way on: trying again, or the credits. */
export function AnswerError({ message, onRetry }: Props) {
  const text = useText();
  const site = useSite();
  const { error } = message;
  const unpaid = error !== null && NO_CREDITS.includes(error.code);
  return (
    <div className="notice problem">
      <Icon name="alert" />
      <div className="notice-text">
        <strong>{unpaid ? text.notEnoughCredits : text.failed}</strong>
        {unpaid && site.contact && <span>{site.contact}</span>}
        {error && !unpaid && <span>{sentenceOfCode(error.code, error.message, text)}</span>}
      </div>
      {unpaid && (
        <Link href="/wallet" className="button">
          {text.seeCredits}
        </Link>
      )}
      {onRetry && (
        <button type="button" className="button" onClick={() => onRetry(message)}>
          {text.retry}
        </button>
      )}
    </div>
  );
}
