import type { User, WalletView } from "@contract";
import { Badge, Button, Group, Stack, Tabs } from "@mantine/core";
import { IconCoins, IconListSearch, IconPencil } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Allowed } from "../../app/may.tsx";
import { Figures } from "../../components/figures.tsx";
import { LinkButton } from "../../components/links.tsx";
import { Loaded } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useNotify } from "../../lib/notify.tsx";
import { userQuery } from "../../lib/queries.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { RemoveFactors } from "../account/remove-factors.tsx";
import { Grants } from "./grants.tsx";
import { peopleTexts } from "./people-texts.ts";
import { userTexts } from "./texts.ts";
import { TypedDelete } from "./typed-delete.tsx";
import { UserForm } from "./user-form.tsx";

const UserKeys = lazyPart(async () => (await import("./user-keys.tsx")).UserKeys);

const UserAccess = lazyPart(async () => (await import("../access/user-access.tsx")).UserAccess);

const Statement = lazyPart(async () => (await import("./statement.tsx")).Statement);

const Periods = lazyPart(async () => (await import("./periods.tsx")).Periods);

const CorrectionDialog = lazyPart(
  async () => (await import("./correction-dialog.tsx")).CorrectionDialog,
);

const GrantDialog = lazyPart(async () => (await import("./grant-dialog.tsx")).GrantDialog);

const TABS = ["profile", "statement", "keys", "access"] as const;

/** One user: balance on top; profile, wallet and keys below. */
export function UserPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(userQuery(id));
  return (
    <Loaded query={query}>
      {(user) => <UserDetails user={user} wallet={user.wallet} onClose={onClose} />}
    </Loaded>
  );
}

interface Props {
  user: User;
  wallet: WalletView;
  onClose: () => void;
}

function UserDetails({ user, wallet, onClose }: Props) {
  const t = useTexts(userTexts);
  const own = useTexts(peopleTexts);
  const client = useQueryClient();
  const format = useFormats();
  const notify = useNotify();
  const { search, setSearch } = useSearchState<"tab">();
  const [dialog, setDialog] = useState<"grant" | "correct" | "delete" | null>(null);
  const tab = TABS.find((name) => name === search.tab) ?? "profile";
  return (
    <Stack gap="md">
      <Figures
        figures={[
          { label: t.available, show: format.credits, value: wallet.available_micro },
          { label: t.balance, show: format.credits, value: wallet.balance_micro },
          { label: t.held, show: format.credits, value: wallet.held_micro },
        ]}
      />
      <Group>
        <Allowed to="money.write">
          <Button
            size="xs"
            variant="light"
            leftSection={<IconCoins size={16} aria-hidden />}
            onClick={() => setDialog("grant")}
          >
            {t.grant}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPencil size={16} aria-hidden />}
            onClick={() => setDialog("correct")}
          >
            {t.correct}
          </Button>
        </Allowed>
        <LinkButton
          to="/requests"
          search={{ user: user.email }}
          size="xs"
          variant="default"
          leftSection={<IconListSearch size={16} aria-hidden />}
        >
          {t.requests}
        </LinkButton>
        <Allowed to="people.write">
          <RemoveFactors user={user} />
          <Button size="xs" variant="light" color="red" onClick={() => setDialog("delete")}>
            {own.remove}
          </Button>
        </Allowed>
        {wallet.low && (
          <Badge color="yellow">{t.low(format.credits(wallet.low.threshold_micro))}</Badge>
        )}
      </Group>
      <Tabs
        value={tab}
        onChange={(next) =>
          setSearch({ tab: next === "profile" ? undefined : (next ?? undefined) })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="profile">
          <UserForm
            key={user.id}
            user={user}
            onCancel={onClose}
            onSaved={(saved) => {
              notify.done(t.saved(saved.email));
              onClose();
            }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="statement">
          <Stack gap="md">
            <Grants grants={wallet.grants} />
            <Statement userId={user.id} />
            <Periods userId={user.id} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <UserKeys userId={user.id} />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <UserAccess userId={user.id} />
        </Tabs.Panel>
      </Tabs>
      {dialog === "delete" && (
        <TypedDelete
          who={user.email}
          typed={user.email}
          run={async () => {
            const { id, email } = user;
            await call("DELETE /api/admin/users/{id}", { params: { id }, query: { email } });
            notify.done(own.deleted(1));
            onClose();
            await client.invalidateQueries({ queryKey: ["users", "list"] });
          }}
          onClose={() => setDialog(null)}
        />
      )}
      <GrantDialog user={user} opened={dialog === "grant"} onClose={() => setDialog(null)} />
      <CorrectionDialog
        user={user}
        balanceMicro={wallet.balance_micro}
        availableMicro={wallet.available_micro}
        opened={dialog === "correct"}
        onClose={() => setDialog(null)}
      />
    </Stack>
  );
}
