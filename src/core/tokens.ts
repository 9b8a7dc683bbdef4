/**
 * Token estimates, for holds before a call and for charges when an upstream reports nothing.
 * Latin text runs at about four characters a token, CJK at about one and a half tokens for two
 * characters; digits and punctuation in between. Never exact, always said to be an estimate.
 */
export function estimateTokens(text: string): number {
  let quarter = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Quarter-tokens: CJK, kana, hangul and full-width forms 3, other non-Latin 2, the rest 1.
    if (code < 0x250) quarter += 1;
    else if (code >= 0x2e80 && code <= 0xffef && !(code >= 0xd800 && code <= 0xdfff)) quarter += 3;
    else quarter += 2;
  }
  return Math.ceil(quarter / 4);
}

/** What one image costs at most in the tiling schemes of the large providers. */
export const IMAGE_TOKENS = 1600;
/** Role and separators of one message. */
export const MESSAGE_OVERHEAD_TOKENS = 4;
