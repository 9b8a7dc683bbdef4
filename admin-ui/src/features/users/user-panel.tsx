import type { User } from "@contract";
import { Button, Group, Stack, Tabs } from "@mantine/core";
import { IconCoins } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Figures } from "../../components/figures.tsx";
import { Loaded } from "../../components/page.tsx";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useNotify } from "../../lib/notify.tsx";
import { userQuery } from "../../lib/queries.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { userTexts } from "./texts.ts";
import { UserForm } from "./user-form.tsx";

const UserKeys = lazyPart(async () => (await import("./user-keys.tsx")).UserKeys);

const Statement = lazyPart(async () => (await import("./statement.tsx")).Statement);

const GrantDialog = lazyPart(async () => (await import("./grant-dialog.tsx")).GrantDialog);

const TABS = ["profile", "statement", "keys"] as const;

/** One user: balance on top; profile, statement and keys below. */
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
  wallet: { available_micro: number; held_micro: number };
  onClose: () => void;
}

function UserDetails({ user, wallet, onClose }: Props) {
  const t = useTexts(userTexts);
  const format = useFormats();
  const notify = useNotify();
  const { search, setSearch } = useSearchState<"tab">();
  const [granting, setGranting] = useState(false);
  const tab = TABS.find((name) => name === search.tab) ?? "profile";
  return (
    <Stack gap="md">
      <Figures
        figures={[
          { label: t.available, show: format.credits, value: wallet.available_micro },
          { label: t.held, show: format.credits, value: wallet.held_micro },
        ]}
      />
      <Group>
        <Button
          size="xs"
          variant="light"
          leftSection={<IconCoins size={16} aria-hidden />}
          onClick={() => setGranting(true)}
        >
          {t.grant}
        </Button>
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
          <Statement userId={user.id} />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <UserKeys userId={user.id} />
        </Tabs.Panel>
      </Tabs>
      <GrantDialog user={user} opened={granting} onClose={() => setGranting(false)} />
    </Stack>
  );
}
