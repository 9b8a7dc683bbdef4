/** Adding pictures to a question, with what can go wrong said. */
import { useState } from "react";
import { MAX_IMAGES, readImage } from "../../../../portal-ui/src/features/chat/images.ts";
import { useTexts } from "../../lib/i18n.ts";
import { playgroundTexts } from "./texts.ts";

export function useImages(images: readonly string[], setImages: (images: string[]) => void) {
  const t = useTexts(playgroundTexts);
  const [problem, setProblem] = useState<string | null>(null);

  const add = async (files: readonly File[]) => {
    if (files.length === 0) return;
    const room = MAX_IMAGES - images.length;
    const results = await Promise.all(files.slice(0, room).map(readImage));
    const bad = results.find((result) => !result.ok);
    if (bad && !bad.ok) setProblem(t[bad.problem]);
    else setProblem(files.length > room ? t.tooManyImages(MAX_IMAGES) : null);
    const urls = results.flatMap((result) => (result.ok ? [result.url] : []));
    setImages([...new Set([...images, ...urls])]);
  };

  return { add, problem };
}
