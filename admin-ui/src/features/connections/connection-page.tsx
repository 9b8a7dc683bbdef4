import type { Connection, ConnectorInfo } from "@contract";
import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle, IconPackageExport, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { PageMissing } from "../../app/fallbacks.tsx";
import { LinkAnchor, LinkButton } from "../../components/links.tsx";
import { Loaded, PageHead } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { connectionsQuery, connectorsQuery } from "../../lib/queries.ts";
import { ConnectionForm } from "./connection-form.tsx";
import { awaitedConsent, ConsentNotice, useConsent } from "./consent.tsx";
import { connectionTexts } from "./texts.ts";
import { useConnectionActions } from "./use-connection-actions.tsx";

/** A stored connection: change it, test it, publish from it, delete it. */
export function ConnectionPage() {
  const { id } = useParams({ from: "/connections/$id" });
  const connections = useQuery(connectionsQuery);
  const connectors = useQuery(connectorsQuery);
  return (
    <Loaded query={connections}>
      {(list) => (
        <Loaded query={connectors}>
          {(platforms) => {
            const connection = list.find((one) => one.id === id);
            const connector = platforms.find((one) => one.id === connection?.connector);
            if (!connection || !connector) return <PageMissing />;
            return (
              <ConnectionEditor
                key={id}
                connection={connection}
                connector={connector}
                taken={list.map((one) => one.id)}
              />
            );
          }}
        </Loaded>
      )}
    </Loaded>
  );
}

interface Props {
  connection: Connection;
  connector: ConnectorInfo;
  taken: readonly string[];
}

function ConnectionEditor({ connection, connector, taken }: Props) {
  const t = useTexts(connectionTexts);
  const common = useTexts(commonTexts);
  const local = useLocalText();
  const notify = useNotify();
  const navigate = useNavigate();
  const actions = useConnectionActions();
  const consent = useConsent();
  const { id } = connection;
  const toList = () => navigate({ to: "/connections" });
  return (
    <>
      <PageHead
        back={
          <LinkAnchor to="/connections" size="sm">
            ← {t.title}
          </LinkAnchor>
        }
        title={connection.name}
        description={local(connector.label)}
        actions={
          <LinkButton
            variant="default"
            to="/connections/$id/publish"
            params={{ id }}
            leftSection={<IconPackageExport size={16} aria-hidden />}
          >
            {t.publish}
          </LinkButton>
        }
      />
      {connection.health === "needs_attention" && (
        <Alert
          color="red"
          icon={<IconAlertTriangle aria-hidden />}
          title={t.health.needs_attention}
          mb="lg"
        >
          {connection.healthDetail}
        </Alert>
      )}
      <ConsentNotice />
      <ConnectionForm
        connector={connector}
        connection={connection}
        taken={taken}
        onCancel={() => void toList()}
        onSaved={async (saved) => {
          const awaited = awaitedConsent(saved, connection.secrets);
          if (awaited) return consent.mutate(awaited);
          call("POST /api/admin/connections/{id}/test", { params: { id } }).catch(notify.failed);
          notify.done(t.saved(saved.name));
          await toList();
        }}
        extra={
          <Button
            variant="subtle"
            color="red"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => actions.remove(connection)}
          >
            {common.delete}
          </Button>
        }
      />
      {actions.dialog}
    </>
  );
}
