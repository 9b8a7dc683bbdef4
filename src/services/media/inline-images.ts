/**
 * Images as data, for clients that want them so where the platform only gives addresses. An
 * address in an answer is the platform's word, not the admin's: it must be public and https, or
 * lie where the connection itself points.
 */
import { fetchFile } from "../../connectors/kit/inline-files.ts";
import type { MadeImage, MadeImages } from "../../core/media.ts";
import type { SiteConnection } from "../../core/site.ts";
import type { Services } from "../services.ts";

const LIMITS = { timeoutMs: 60_000, idleTimeoutMs: 20_000, responseBytesMax: 20 * 1024 * 1024 };

export interface Inlined {
  made: MadeImages;
  /** What could not be had as data, and stays an address. */
  warnings: string[];
}

export async function inlineImages(
  services: Pick<Services, "environment">,
  connection: SiteConnection,
  made: MadeImages,
): Promise<Inlined> {
  const warnings: string[] = [];
  const images = await Promise.all(
    made.images.map(async (image): Promise<MadeImage> => {
      if (image.base64 !== null || image.url === null) return image;
      const allowPrivate =
        services.environment.allowPrivateUpstreams && liesAt(connection, image.url);
      const { timeoutMs } = LIMITS;
      const rules = { allowPrivate, signal: AbortSignal.timeout(timeoutMs), deadlineMs: timeoutMs };
      const file = await fetchFile(image.url, LIMITS, rules);
      if (file.ok) return { ...image, base64: file.value.data, url: null };
      // It is made and paid: the address is better than nothing.
      warnings.push("An image could not be fetched and is given by its address.");
      return image;
    }),
  );
  return { made: { ...made, images }, warnings };
}

/** Whether an address lies where the connection itself points. */
export function liesAt({ settings }: SiteConnection, url: string): boolean {
  const own = URL.parse(String(settings.baseUrl ?? ""));
  return own !== null && own.origin === URL.parse(url)?.origin;
}
