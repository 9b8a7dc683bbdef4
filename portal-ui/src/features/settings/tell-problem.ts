import { showToast } from "../../components/toast.tsx";
import { sentenceOf } from "../../lib/sentence.ts";

export function tellProblem(error: unknown): void {
  showToast(sentenceOf(error), { tone: "problem" });
}
