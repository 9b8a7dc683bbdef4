/** Pictures for a message: checked, made smaller where that loses nothing, as `data:` addresses. */

export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"];
export const MAX_IMAGES = 8;
const MAX_BYTES = 10_000_000;
/** Vision models look at no more pixels than this; larger pictures only cost time to send. */
const MAX_SIDE = 2048;
/** Below this a picture is sent as it is. */
const KEEP_BYTES = 1_500_000;

export type ImageProblem = "imageTooLarge" | "imageUnreadable";
export type ReadImage = { ok: true; url: string } | { ok: false; problem: ImageProblem };

/** The pictures of a paste or a drop. */
export function imageFiles(items: DataTransfer | null): File[] {
  return [...(items?.files ?? [])].filter((file) => file.type.startsWith("image/"));
}

/** Reads one picture. */
export async function readImage(file: File): Promise<ReadImage> {
  if (!IMAGE_TYPES.includes(file.type)) return { ok: false, problem: "imageUnreadable" };
  try {
    const blob = await shrink(file);
    if (blob.size > MAX_BYTES) return { ok: false, problem: "imageTooLarge" };
    return { ok: true, url: await dataUrl(blob) };
  } catch {
    // The bytes are not what the type says.
    return { ok: false, problem: "imageUnreadable" };
  }
}

async function shrink(file: File): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, MAX_SIDE / Math.max(bitmap.width, bitmap.height));
  // An animation would lose its frames.
  if (file.type === "image/gif" || (scale === 1 && file.size <= KEEP_BYTES)) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  // PNG may have transparency, which JPEG would paint black.
  const type = file.type === "image/png" ? "image/webp" : "image/jpeg";
  const smaller = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, 0.9));
  return smaller && smaller.size < file.size ? smaller : file;
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("The image could not be read."));
    reader.readAsDataURL(blob);
  });
}
