import type { ReactNode } from "react";
import { SidebarToggle } from "./sidebar-toggle.tsx";

/** A plain page: its heading, perhaps one action, its content. */
export function Page(props: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <div className="page">
      <header className="page-header">
        <SidebarToggle />
      </header>
      <div className="page-body narrow">
        <div className="page-title">
          <h1>{props.title}</h1>
          {props.action}
        </div>
        {props.children}
      </div>
    </div>
  );
}
