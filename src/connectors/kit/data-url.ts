/** `data:` addresses: files that travel inside the request. */

export interface InlineData {
  /** `image/png`; lower case, without parameters. */
  mime: string;
  /** Base64. */
  data: string;
}

/** Null when it is no such address. What is not base64 yet is made so. */
export function readDataUrl(url: string): InlineData | null {
  const comma = url.indexOf(",");
  if (!url.startsWith("data:") || comma < 0) return null;
  const [mime = "", ...parameters] = url.slice("data:".length, comma).toLowerCase().split(";");
  const data = url.slice(comma + 1);
  const encoded = parameters.includes("base64") ? data : base64OfText(data);
  return encoded === null ? null : { mime: mime.trim() || "text/plain", data: encoded };
}

function base64OfText(escaped: string): string | null {
  try {
    const bytes = new TextEncoder().encode(decodeURIComponent(escaped));
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  } catch {
    // A stray percent sign: nobody can say what was meant.
    return null;
  }
}
