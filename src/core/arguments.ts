/** Arguments of a tool call as the object that they ought to be; a model may have written anything. */
export function argumentsObject(text: string): Record<string, unknown> {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Handed on under a name, so that the model sees what it wrote.
  }
  return { arguments: text };
}
