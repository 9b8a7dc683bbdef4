/**
 * One conversation of the playground. Changes of an answer reach the page once per frame, whatever
 * the pace at which its pieces come.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { type Answer, exchange, newAnswer } from "./exchange.ts";
import { type ChatBody, chatBody, type Parameters, type Question } from "./request.ts";

export interface Turn {
  id: number;
  question: Question;
  answer: Answer;
}

export interface Lane {
  turns: readonly Turn[];
  running: boolean;
  /** What would be sent. */
  bodyFor: (model: string, parameters: Parameters, question: Question) => ChatBody;
  /** Resolves when the answer has ended. */
  send: (model: string, parameters: Parameters, question: Question) => Promise<Answer>;
  stop: () => void;
  clear: () => void;
}

const isRunning = ({ state }: Answer) => state === "waiting" || state === "streaming";

export function useLane(): Lane {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const abort = useRef<AbortController | null>(null);
  const lastId = useRef(0);
  useEffect(() => () => abort.current?.abort(), []);

  const bodyFor: Lane["bodyFor"] = (model, parameters, question) =>
    chatBody(model, parameters, turns, question);

  const send: Lane["send"] = async (model, parameters, question) => {
    const body = bodyFor(model, parameters, question);
    const id = ++lastId.current;
    let answer = newAnswer(body);
    setTurns((before) => [...before, { id, question, answer }]);
    let frame = 0;
    const show = () => {
      frame = 0;
      setTurns((before) => before.map((turn) => (turn.id === id ? { ...turn, answer } : turn)));
    };
    abort.current = new AbortController();
    await exchange(body, abort.current.signal, (change) => {
      answer = { ...answer, ...change };
      frame ||= requestAnimationFrame(show);
    });
    cancelAnimationFrame(frame);
    show();
    return answer;
  };

  const stop = useCallback(() => abort.current?.abort(), []);
  const clear = useCallback(() => {
    abort.current?.abort();
    setTurns([]);
  }, []);
  return {
    turns,
    running: turns.some(({ answer }) => isRunning(answer)),
    bodyFor,
    send,
    stop,
    clear,
  };
}
