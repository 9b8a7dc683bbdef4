/** Three quiet dots: something is coming. */
export function Waiting({ label }: { label: string }) {
  return (
    <p className="waiting">
      <span className="dots" aria-hidden="true">
        <span />
        <span />
        <span />
      </span>
      <span>{label}</span>
    </p>
  );
}
