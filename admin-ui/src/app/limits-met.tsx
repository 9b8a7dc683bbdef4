/** Opens the dialog of editions whenever a limit is met, whatever page it was met on. */
import { useEffect, useState } from "react";
import { type MetLimit, onEditionLimit } from "../lib/edition-limit.ts";
import { lazyPart } from "../lib/lazy-part.tsx";

const UpgradeDialog = lazyPart(
  async () => (await import("../features/editions/upgrade-dialog.tsx")).UpgradeDialog,
);

export function LimitsMet() {
  const [met, setMet] = useState<MetLimit | null>(null);
  useEffect(() => onEditionLimit(setMet), []);
  return met && <UpgradeDialog met={met} onClose={() => setMet(null)} />;
}
