import { Link } from "wouter";
import { EmptyState } from "../components/states.tsx";
import { useText } from "../lib/i18n.ts";
import { SidebarToggle } from "./sidebar-toggle.tsx";

export function NotFound() {
  const text = useText();
  return (
    <div className="page">
      <header className="page-header">
        <SidebarToggle />
      </header>
      <h1 className="visually-hidden">{text.notFoundTitle}</h1>
      <EmptyState icon="search" title={text.notFoundTitle}>
        <p className="muted">{text.notFoundBody}</p>
        <Link href="/" className="button primary">
          {text.backHome}
        </Link>
      </EmptyState>
    </div>
  );
}
