/**
 * Told wherever an answer says that the site's edition allows no more: by the one caller of our API,
 * so that no page needs to know. `UpgradeDialog` listens.
 */
const EVENT = "portico:edition-limit";

/** The message is the server's, with the limit's value and the edition. */
export interface MetLimit {
  code: string;
  message: string;
}

type Fetch = typeof fetch;

export const tellingEditionLimits =
  (send: Fetch): Fetch =>
  async (input, init) => {
    const answer = await send(input, init);
    if (answer.status === 403) {
      const { error } = await answer
        .clone()
        .json()
        .catch(() => ({}));
      if (error?.type === "edition_limit") {
        const detail: MetLimit = { code: error.code, message: error.message };
        window.dispatchEvent(new CustomEvent(EVENT, { detail }));
      }
    }
    return answer;
  };

/** Answers how to stop listening. */
export function onEditionLimit(listener: (met: MetLimit) => void): () => void {
  const heard = (event: Event) => listener((event as CustomEvent<MetLimit>).detail);
  window.addEventListener(EVENT, heard);
  return () => window.removeEventListener(EVENT, heard);
}
