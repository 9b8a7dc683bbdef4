/** A bot of Ark as the whole of a connection. */
import { say } from "../kit/guide.ts";
import type { Extra } from "../kit/openai/look-alike.ts";

export const ARK_BOT: Extra = {
  name: "botId",
  label: say("智能体 ID", "Bot id"),
  help: say(
    "只用一个智能体时填写；未指定模型的智能体就用它。",
    "For one bot alone: it answers where an agent names no other.",
  ),
  placeholder: "bot-…",
  pattern: {
    source: "^bot-",
    message: say("智能体 ID 以 bot- 开头。", "The id of a bot starts with bot-."),
  },
};
