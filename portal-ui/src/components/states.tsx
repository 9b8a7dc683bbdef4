import type { ReactNode } from "react";
import { useText } from "../lib/i18n.ts";
import { sentenceOf } from "../lib/sentence.ts";
import { Icon, type IconName } from "./icons.tsx";

/** Nothing here yet, and what to do about it. */
export function EmptyState(props: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="empty-state">
      <span className="empty-icon">
        <Icon name={props.icon} size={26} />
      </span>
      <p className="empty-title">{props.title}</p>
      {props.children}
    </div>
  );
}

/** A question to the server failed; it can be asked again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const text = useText();
  return (
    <div className="empty-state" role="alert">
      <span className="empty-icon problem">
        <Icon name="alert" size={26} />
      </span>
      <p className="empty-title">{sentenceOf(error)}</p>
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          {text.retry}
        </button>
      )}
    </div>
  );
}

export function Spinner() {
  const text = useText();
  return (
    <div className="spinner-box">
      <span className="spinner" role="img" aria-label={text.loading} />
    </div>
  );
}

/** Grey lines in the shape of what is coming. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div className="skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}
