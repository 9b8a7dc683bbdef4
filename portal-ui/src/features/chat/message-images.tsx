import { useState } from "react";
import { Dialog } from "../../components/dialog.tsx";
import { useText } from "../../lib/i18n.ts";

/** The pictures of a message; each opens large. */
export function MessageImages({ images }: { images: readonly string[] }) {
  const text = useText();
  const [open, setOpen] = useState<number | null>(null);
  if (images.length === 0) return null;
  const shown = open === null ? undefined : images[open];
  return (
    <div className="message-images">
      {images.map((url, index) => (
        <button
          key={index}
          type="button"
          className="message-image-button"
          aria-label={`${text.enlargeImage} ${index + 1}`}
          onClick={() => setOpen(index)}
        >
          <img className="message-image" src={url} alt="" loading="lazy" />
        </button>
      ))}
      {shown !== undefined && open !== null && (
        <Dialog
          className="image-dialog"
          title={text.imageOfMessage(open + 1)}
          onClose={() => setOpen(null)}
        >
          <img src={shown} alt={text.imageOfMessage(open + 1)} />
        </Dialog>
      )}
    </div>
  );
}
