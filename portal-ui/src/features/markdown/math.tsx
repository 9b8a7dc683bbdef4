import { memo, useEffect, useRef, useState } from "react";

type Katex = typeof import("katex").default;

let loading: Promise<Katex> | null = null;

/** KaTeX with its style sheet, loaded with the first formula. */
function loadKatex(): Promise<Katex> {
  loading ??= Promise.all([import("katex"), import("katex/dist/katex.min.css")]).then(
    ([module]) => module.default,
  );
  return loading;
}

/** A formula: its source until KaTeX is there, then typeset, with MathML for screen readers. */
export const MathView = memo(function MathView({
  tex,
  display,
}: {
  tex: string;
  display: boolean;
}) {
  const [katex, setKatex] = useState<Katex | null>(null);
  const node = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    let wanted = true;
    loadKatex()
      .then((loaded) => {
        if (wanted) setKatex(() => loaded);
      })
      // The source is shown instead.
      .catch((error: unknown) => console.warn("Formulas are shown as source.", error));
    return () => {
      wanted = false;
    };
  }, []);

  useEffect(() => {
    if (!katex || !node.current) return;
    katex.render(tex, node.current, {
      displayMode: display,
      throwOnError: false,
      trust: false,
      strict: "ignore",
      // A formula cannot expand without end or cover the page.
      maxExpand: 500,
      maxSize: 30,
      errorColor: "currentColor",
    });
  }, [katex, tex, display]);

  const className = display ? "md-math display" : "md-math";
  if (!katex) {
    return (
      <span className={className}>
        <code>{tex}</code>
      </span>
    );
  }
  return <span key="typeset" ref={node} className={className} />;
});
