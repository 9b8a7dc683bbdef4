/** The frame of the platform's pages: for the operator, the way between them. */
import { Group } from "@mantine/core";
import type { ReactNode } from "react";
import { useMe } from "../../app/session.tsx";
import { LinkButton } from "../../components/links.tsx";
import { PageHead } from "../../components/page.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { sitesTexts } from "./texts.ts";

interface Props {
  title: string;
  help: string;
  actions?: ReactNode;
  children: ReactNode;
}

const TABS = [
  ["all", "/"],
  ["mine", "/mine"],
  ["editions", "/editions"],
] as const;

export function PlatformPage({ title, help, actions, children }: Props) {
  const t = useTexts(sitesTexts);
  const { role } = useMe();
  return (
    <>
      {role === "operator" && (
        <Group component="nav" aria-label={t.places} gap="xs" mb="md">
          {TABS.map(([id, to]) => (
            <LinkButton
              key={id}
              to={to}
              size="compact-md"
              variant="default"
              activeOptions={{ exact: true, includeSearch: false }}
              activeProps={{ variant: "filled" }}
            >
              {t.tabs[id]}
            </LinkButton>
          ))}
        </Group>
      )}
      <PageHead title={title} description={help} actions={actions} />
      {children}
    </>
  );
}
