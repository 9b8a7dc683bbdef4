import type { Invitation } from "@contract";
import { Alert, Badge, Button, Group } from "@mantine/core";
import { IconMailForward, IconPlus } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Allowed, useMay } from "../../app/may.tsx";
import { appTexts } from "../../app/texts.ts";
import { useConfirm } from "../../components/confirm.tsx";
import { CopyText } from "../../components/copy.tsx";
import { LinkAnchor } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { PageHead } from "../../components/page.tsx";
import { SidePanel } from "../../components/side-panel.tsx";
import type { Column } from "../../components/table/columns.ts";
import { DataTable } from "../../components/table/data-table.tsx";
import { Toolbar } from "../../components/table/toolbar.tsx";
import { call } from "../../lib/api.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useNotify } from "../../lib/notify.tsx";
import { useSearchState } from "../../lib/use-search-state.ts";
import { invitationTexts } from "./invitation-texts.ts";

const InviteForm = lazyPart(async () => (await import("./invite-form.tsx")).InviteForm);

const ICON = <IconMailForward size={26} stroke={1.5} aria-hidden />;
const COLORS = { open: "blue", accepted: "green", revoked: "gray", expired: "gray" };
const KEY = ["invitations"];

function useColumns(): Column<Invitation>[] {
  const t = useTexts(invitationTexts);
  const roles = useTexts(appTexts).roles;
  const format = useFormats();
  return useMemo(
    () => [
      { id: "email", header: t.email, phone: "title", render: (one) => one.email },
      { id: "role", header: t.role, render: (one) => roles[one.role] },
      { id: "level", header: t.level, render: (one) => one.level?.name ?? t.defaultLevel },
      { id: "by", header: t.by, phone: "hidden", render: (one) => one.invitedBy },
      { id: "expires", header: t.expires, render: (one) => format.dateTime(one.expiresAt) },
      {
        id: "state",
        header: t.state,
        render: (one) => <Badge color={COLORS[one.state]}>{t.states[one.state]}</Badge>,
      },
    ],
    [t, roles, format],
  );
}

/** Who was asked to join, and what became of it. */
export function InvitationsPage() {
  const t = useTexts(invitationTexts);
  const notify = useNotify();
  const confirm = useConfirm();
  const client = useQueryClient();
  const mayWrite = useMay("people.write");
  const { search, setSearch } = useSearchState<"search" | "open">();
  const [link, setLink] = useState<string | null>(null);
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/admin/invitations", { signal }),
  });
  const rows = query.data?.data.filter((one) => one.email.includes(search.search ?? ""));
  const close = () => setSearch({ open: undefined });
  const sent = async (url: string) => {
    setLink(url);
    await client.invalidateQueries({ queryKey: KEY });
  };
  const resend = (one: Invitation) =>
    call("POST /api/admin/invitations/{id}/resend", { params: { id: one.id } })
      .then((answer) => sent(answer.link))
      .catch(notify.failed);
  const revoke = (one: Invitation) =>
    confirm.ask({
      title: t.revokeTitle(one.email),
      effect: t.revokeEffect,
      action: t.revoke,
      run: async () => {
        await call("DELETE /api/admin/invitations/{id}", { params: { id: one.id } });
        notify.done(t.revoked);
        await client.invalidateQueries({ queryKey: KEY });
      },
    });
  const create = (
    <Allowed to="people.write">
      <Button
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => setSearch({ open: "new" }, { push: true })}
      >
        {t.create}
      </Button>
    </Allowed>
  );
  return (
    <>
      <PageHead
        back={<LinkAnchor to="/users">{t.back}</LinkAnchor>}
        title={t.title}
        description={t.help}
        actions={create}
      />
      {link && (
        <Alert color="green" mb="md" title={t.linkTitle} role="status">
          {t.linkHelp}
          <CopyText value={link} />
        </Alert>
      )}
      <Toolbar placeholder={t.search} filters={["search"]} />
      <DataTable
        label={t.title}
        rows={rows}
        columns={useColumns()}
        rowId={(one) => one.id}
        rowName={(one) => one.email}
        error={query.error}
        onRetry={() => void query.refetch()}
        actions={(one) =>
          mayWrite &&
          (one.state === "open" || one.state === "expired") && (
            <Group gap="xs" wrap="nowrap">
              <Button size="compact-sm" variant="default" onClick={() => void resend(one)}>
                {t.resend}
              </Button>
              <Button size="compact-sm" variant="subtle" color="red" onClick={() => revoke(one)}>
                {t.revoke}
              </Button>
            </Group>
          )
        }
        empty={<Nothing icon={ICON} title={t.emptyTitle} help={t.emptyHelp} action={create} />}
      />
      <SidePanel opened={search.open === "new"} onClose={close} title={t.create}>
        {search.open === "new" && (
          <InviteForm
            onCancel={close}
            onSent={(url) => {
              close();
              void sent(url);
            }}
          />
        )}
      </SidePanel>
      {confirm.dialog}
    </>
  );
}
