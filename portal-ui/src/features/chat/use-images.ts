/** Adding pictures to the message being written, with what can go wrong said. */
import type { PortalAgent } from "@contract/portal.ts";
import { useState } from "react";
import { showToast } from "../../components/toast.tsx";
import { texts } from "../../lib/i18n.ts";
import { MAX_IMAGES, readImage } from "./images.ts";

export function useImages(
  agent: PortalAgent | null,
  images: readonly string[],
  setImages: (images: readonly string[]) => void,
) {
  const [reading, setReading] = useState(false);

  const addImages = (files: File[]) => {
    if (files.length === 0) return;
    const text = texts();
    const problem = (sentence: string) => showToast(sentence, { tone: "problem" });
    if (agent && !agent.vision) {
      problem(text.noVision(agent.name));
      return;
    }
    const room = MAX_IMAGES - images.length;
    if (files.length > room) problem(text.tooManyImages);
    setReading(true);
    void Promise.all(files.slice(0, room).map(readImage)).then((results) => {
      const urls = results.flatMap((result) => (result.ok ? [result.url] : []));
      for (const result of results) if (!result.ok) problem(text[result.problem]);
      setImages([...new Set([...images, ...urls])]);
      setReading(false);
    });
  };

  return { addImages, reading };
}
