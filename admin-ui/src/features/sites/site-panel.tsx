/** One site, as the operator looks after it. */
import type { PlatformSite } from "@contract";
import { Alert, Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FormSection } from "../../components/form/section.tsx";
import { Loaded } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { siteUrl } from "../../lib/site-url.ts";
import { EditionUsageList } from "../editions/edition-usage.tsx";
import { goInto } from "./enter-site.ts";
import { ReasonDialog } from "./reason-dialog.tsx";
import { SiteLimitsForm } from "./site-limits-form.tsx";
import { sitesTexts } from "./texts.ts";

export function SitePanel({ slug }: { slug: string }) {
  const query = useQuery({
    queryKey: ["sites", "one", slug],
    queryFn: ({ signal }) => call("GET /api/platform/sites/{slug}", { params: { slug }, signal }),
  });
  return <Loaded query={query}>{(site) => <Site site={site} />}</Loaded>;
}

function Site({ site }: { site: PlatformSite }) {
  const t = useTexts(sitesTexts);
  const format = useFormats();
  const owners = site.owners.map((owner) => owner.email).join(", ");
  return (
    <Stack gap="lg">
      {site.suspended && <Alert color="red">{t.suspendedBecause(site.suspendedWhy)}</Alert>}
      <div>
        <Text size="sm">
          {t.owners}: {owners || t.noOwners}
        </Text>
        <Text size="sm" c="dimmed">
          {t.columns.created}: {format.date(site.createdAt)} ·{" "}
          <Anchor
            href={siteUrl(site.slug, "/", location)}
            target="_blank"
            rel="noopener"
            size="sm"
            underline="always"
          >
            {t.portal}
          </Anchor>
        </Text>
      </div>
      <Deeds site={site} />
      <FormSection title={t.usage}>
        <EditionUsageList limits={site.limits} usage={site.usage} />
      </FormSection>
      <SiteLimitsForm key={JSON.stringify([site.edition, site.ownLimits])} site={site} />
    </Stack>
  );
}

/** Suspending, and acting as the owner: each asks for the reason. */
function Deeds({ site }: { site: PlatformSite }) {
  const t = useTexts(sitesTexts);
  const notify = useNotify();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState<"suspend" | "act" | null>(null);
  const params = { slug: site.slug };
  const suspend = async (suspended: string | null) => {
    await call("PATCH /api/platform/sites/{slug}", { params, body: { suspended } });
    await queryClient.invalidateQueries({ queryKey: ["sites"] });
    notify.done(t.saved(site.name));
  };
  const act = async (reason: string) => {
    const { ticket } = await call("POST /api/platform/sites/{slug}/impersonate", {
      params,
      body: { reason },
    });
    goInto(site.slug, ticket);
  };
  return (
    <Group gap="sm">
      {site.suspended ? (
        <Button variant="default" onClick={() => void suspend(null).catch(notify.failed)}>
          {t.unsuspend}
        </Button>
      ) : (
        <>
          <Button variant="default" onClick={() => setAsking("act")}>
            {t.act}
          </Button>
          <Button variant="default" c="red" onClick={() => setAsking("suspend")}>
            {t.suspend}
          </Button>
        </>
      )}
      <ReasonDialog
        opened={asking === "suspend"}
        title={t.suspendTitle(site.name)}
        help={t.suspendHelp}
        action={t.suspend}
        run={suspend}
        onClose={() => setAsking(null)}
      />
      <ReasonDialog
        opened={asking === "act"}
        title={t.actTitle(site.name)}
        help={t.actHelp}
        action={t.actDo}
        run={act}
        onClose={() => setAsking(null)}
      />
    </Group>
  );
}
