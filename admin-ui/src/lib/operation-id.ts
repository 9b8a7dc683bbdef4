/**
 * Ids for changes that must not happen twice. Sending the same again, after a double click or a
 * lost answer, keeps its id; another content is another operation.
 */
export function operationIds(): (content: unknown) => string {
  let sent = { content: "", id: "" };
  return (content) => {
    const text = JSON.stringify(content);
    if (sent.content !== text) sent = { content: text, id: crypto.randomUUID() };
    return sent.id;
  };
}
