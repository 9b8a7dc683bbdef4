/** Says that an operator acts as this person, until when, and lets him stop. Loaded for him alone. */
import { logOut, useMe } from "../../app/session.ts";
import { showToast } from "../../components/toast.tsx";
import { formatDateTime } from "../../lib/format.ts";
import { type Locale, useLocale } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";

const TEXTS: Record<Locale, { acting: (email: string, until: string) => string; end: string }> = {
  en: {
    acting: (email, until) => `You act as ${email}, as the operator, until ${until}.`,
    end: "Stop",
  },
  "zh-CN": {
    acting: (email, until) => `您正以运营者身份代 ${email} 操作，至 ${until} 结束。`,
    end: "结束",
  },
};

export function ActingBanner({ until }: { until: string }) {
  const locale = useLocale();
  const { email } = useMe();
  const text = TEXTS[locale];
  const leave = () => {
    logOut().catch((error: unknown) => showToast(sentenceOf(error), { tone: "problem" }));
  };
  return (
    <div className="notice" role="status">
      <div className="notice-text">{text.acting(email, formatDateTime(until, locale))}</div>
      <button type="button" className="button" onClick={leave}>
        {text.end}
      </button>
    </div>
  );
}
