import type { PortalAgent } from "@contract/portal.ts";
import { useQuery } from "@tanstack/react-query";
import { lazy, memo, Suspense, useMemo, useState } from "react";
import { Link } from "wouter";
import { useMe, useSite } from "../../app/session.ts";
import { SidebarToggle } from "../../app/sidebar-toggle.tsx";
import { AgentIcon } from "../../components/agent-icon.tsx";
import { Icon } from "../../components/icons.tsx";
import { EmptyState, ErrorState, Skeleton } from "../../components/states.tsx";
import { useLocale, useText } from "../../lib/i18n.ts";
import { shortPriceText } from "../chat/price.ts";
import { agentsQuery } from "../chat/queries.ts";
import { LowNotice } from "../wallet/low-notice.tsx";
import { type AgentGroup, groupAgents, searchAgents } from "./agents.ts";

const ALL = "";
/** Few have a level with an end. */
const LevelNotice = lazy(() =>
  import("../wallet/level-notice.tsx").then((module) => ({ default: module.LevelNotice })),
);

/** The agents and models of the site, by group, with search. */
export function GalleryPage() {
  const text = useText();
  const me = useMe();
  const site = useSite();
  const query = useQuery(agentsQuery);
  const [search, setSearch] = useState("");
  const [group, setGroup] = useState(ALL);
  const groups = useMemo(() => groupAgents(query.data ?? []), [query.data]);
  const shown = useMemo(
    () => groupAgents(searchAgents(query.data ?? [], search)),
    [query.data, search],
  );
  const keyOf = (entry: AgentGroup) => `${entry.kind}:${entry.name}`;
  const hasNamed = groups.some((entry) => entry.name !== "");
  const nameOf = (entry: AgentGroup) =>
    entry.kind === "model" ? text.models : entry.name || (hasNamed ? text.ungrouped : text.agents);
  const visible = shown.filter((entry) => group === ALL || keyOf(entry) === group);

  return (
    <div className="page gallery">
      <header className="page-header">
        <SidebarToggle />
      </header>
      <div className="page-body">
        <LowNotice />
        {me.levelExpiresAt !== null && (
          <Suspense fallback={null}>
            <LevelNotice />
          </Suspense>
        )}
        <div className="gallery-hero">
          <h1>{text.galleryHeading(me.name)}</h1>
          <p className="muted">{site.branding.slogan || text.gallerySubtitle}</p>
          <search className="gallery-search">
            <Icon name="search" />
            <input
              type="search"
              value={search}
              aria-label={text.searchAgents}
              placeholder={text.searchAgents}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          </search>
        </div>
        {groups.length > 1 && (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
          <div className="chips" role="group" aria-label={text.agents}>
            <Chip label={text.allGroups} on={group === ALL} onClick={() => setGroup(ALL)} />
            {groups.map((entry) => (
              <Chip
                key={keyOf(entry)}
                label={nameOf(entry)}
                on={group === keyOf(entry)}
                onClick={() => setGroup(keyOf(entry))}
              />
            ))}
          </div>
        )}
        {query.isPending && <Skeleton lines={4} />}
        {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {query.isSuccess && query.data.length === 0 && (
          <EmptyState icon="grid" title={text.noAgents}>
            <p className="muted">{text.noAgentsHint}</p>
          </EmptyState>
        )}
        {query.isSuccess && query.data.length > 0 && visible.length === 0 && (
          <EmptyState icon="search" title={text.noAgentsFound}>
            <button
              type="button"
              className="button"
              onClick={() => {
                setSearch("");
                setGroup(ALL);
              }}
            >
              {text.clearSearch}
            </button>
          </EmptyState>
        )}
        {visible.map((entry) => (
          <section key={keyOf(entry)} className="gallery-group">
            <h2>{nameOf(entry)}</h2>
            <ul className="cards">
              {entry.agents.map((agent) => (
                <AgentCard key={agent.target} agent={agent} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      <GalleryFooter />
    </div>
  );
}

function Chip(props: { label: string; on: boolean; onClick: () => void }) {
  return (
    <button type="button" className="chip" aria-pressed={props.on} onClick={props.onClick}>
      {props.label}
    </button>
  );
}

const AgentCard = memo(function AgentCard({ agent }: { agent: PortalAgent }) {
  const text = useText();
  const locale = useLocale();
  return (
    <li className="card">
      <Link href={`/new?target=${encodeURIComponent(agent.target)}`}>
        <AgentIcon name={agent.name} icon={agent.icon} size={44} />
        <span className="card-text">
          <span className="card-name">{agent.name}</span>
          {agent.description && <span className="card-description">{agent.description}</span>}
          <span className="card-tags">
            <span className="tag">{shortPriceText(agent.price, text, locale)}</span>
            {agent.vision && <span className="tag">{text.seesImages}</span>}
          </span>
        </span>
      </Link>
    </li>
  );
});

function GalleryFooter() {
  const text = useText();
  const { footer } = useSite().branding;
  return (
    <footer className="gallery-footer">
      {footer && <p>{footer}</p>}
      <p>{text.aiNotice}</p>
    </footer>
  );
}
