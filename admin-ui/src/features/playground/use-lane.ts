/** One conversation of the playground. */
import { useCallback, useEffect, useRef, useState } from "react";
import { type Draft, exchange } from "./exchange.ts";
import { LiveAnswer } from "./live-answer.ts";
import { type ChatBody, chatBody, type Parameters, type Question } from "./request.ts";

export interface Turn {
  id: number;
  question: Question;
  live: LiveAnswer;
}

export interface Lane {
  turns: readonly Turn[];
  running: boolean;
  /** What would be sent. */
  bodyFor: (model: string, parameters: Parameters, question: Question) => ChatBody;
  /** Resolves when the answer has ended. */
  send: (model: string, parameters: Parameters, question: Question) => Promise<void>;
  stop: () => void;
  clear: () => void;
}

const isRunning = ({ live: { latest } }: Turn) =>
  latest.state === "waiting" || latest.state === "streaming";

/** `draft`: what is asked in place of a published agent. */
export function useLane(draft?: Draft): Lane {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const abort = useRef<AbortController | null>(null);
  const lastId = useRef(0);
  useEffect(() => () => abort.current?.abort(), []);

  const bodyFor: Lane["bodyFor"] = (model, parameters, question) => {
    const before = turns.map((turn) => ({ question: turn.question, answer: turn.live.latest }));
    return chatBody(model, parameters, before, question);
  };

  const send: Lane["send"] = async (model, parameters, question) => {
    const body = bodyFor(model, parameters, question);
    const live = new LiveAnswer(body, () => setTurns((before) => [...before]));
    const id = ++lastId.current;
    setTurns((before) => [...before, { id, question, live }]);
    abort.current = new AbortController();
    const means = draft ? { draft } : {};
    await exchange(body, abort.current.signal, (part) => live.change(part), means);
  };

  const stop = useCallback(() => abort.current?.abort(), []);
  const clear = useCallback(() => {
    abort.current?.abort();
    setTurns([]);
  }, []);
  return { turns, running: turns.some(isRunning), bodyFor, send, stop, clear };
}
