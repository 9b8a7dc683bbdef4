/**
 * Names of conversations: AppBuilder's own id, and behind `#` the interruption that a chatflow
 * waits at, where it does.
 */

export function conversationWith(id: string, interruption: string): string {
  return `${id}#${interruption}`;
}

export function readConversation(name: string): { id: string; interruption: string | null } {
  const [id = "", interruption] = name.split("#");
  return { id, interruption: interruption ?? null };
}
