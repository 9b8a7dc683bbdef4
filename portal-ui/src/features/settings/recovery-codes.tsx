import { Dialog } from "../../components/dialog.tsx";
import { useCopy } from "../../components/use-copy.ts";
import { useSecurityText } from "./security-texts.ts";

/** Shown once; whoever closes this has to have kept them. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const own = useSecurityText();
  const { copied, copy } = useCopy();
  return (
    <Dialog title={own.recovery} onClose={onClose}>
      <p>{own.recoveryHelp}</p>
      <pre className="recovery-codes">{codes.join("\n")}</pre>
      <div className="dialog-footer">
        <button type="button" className="button" onClick={() => copy(codes.join("\n"))}>
          {copied ? own.copied : own.copy}
        </button>
        <button type="button" className="button primary" onClick={onClose}>
          {own.done}
        </button>
      </div>
    </Dialog>
  );
}
