import type { Model } from "@contract";
import { Button } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { PageMissing } from "../../app/fallbacks.tsx";
import { useConfirm } from "../../components/confirm.tsx";
import { LinkAnchor } from "../../components/links.tsx";
import { Loaded, PageHead } from "../../components/page.tsx";
import { TryIt } from "../../components/try-it.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useNotify } from "../../lib/notify.tsx";
import { modelsQuery } from "../../lib/queries.ts";
import { ModelForm } from "./model-form.tsx";
import { modelTexts } from "./texts.ts";

const ExplainSection = lazyPart(
  async () => (await import("../access/explain-section.tsx")).ExplainSection,
);

const PriceHistory = lazyPart(async () => (await import("./price-history.tsx")).PriceHistory);

/** `/models/new` and `/models/<id>`. */
export function ModelPage() {
  const { id } = useParams({ from: "/models/$id" });
  const models = useQuery(modelsQuery);
  if (id === "new") return <ModelEditor key="new" model={null} />;
  return (
    <Loaded query={models}>
      {(list) => {
        const model = list.find((one) => one.id === id);
        return model ? <ModelEditor key={id} model={model} /> : <PageMissing />;
      }}
    </Loaded>
  );
}

function ModelEditor({ model }: { model: Model | null }) {
  const t = useTexts(modelTexts);
  const common = useTexts(commonTexts);
  const notify = useNotify();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const toList = () => navigate({ to: "/models" });
  const withdraw = (gone: Model) =>
    confirm.ask({
      title: t.deleteTitle(gone.name),
      effect: t.deleteEffect,
      action: t.deleteAction,
      run: async () => {
        await call("DELETE /api/admin/models/{id}", { params: { id: gone.id } });
        await queryClient.invalidateQueries({ queryKey: ["models"] });
        notify.done(t.deleted(gone.name));
        await navigate({ to: "/models", ignoreBlocker: true });
      },
    });
  return (
    <>
      <PageHead
        back={
          <LinkAnchor to="/models" size="sm">
            ← {t.title}
          </LinkAnchor>
        }
        title={model?.name ?? t.newTitle}
        actions={model?.enabled && model.kind === "chat" && <TryIt target={model.name} />}
      />
      <ModelForm
        model={model}
        onCancel={() => void toList()}
        onSaved={async (saved) => {
          notify.done(t.saved(saved.name));
          await toList();
        }}
        extra={
          model && (
            <Button
              variant="subtle"
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => withdraw(model)}
            >
              {common.delete}
            </Button>
          )
        }
      />
      {model && <ExplainSection target={model.name} />}
      {model && <PriceHistory target={model.id} />}
      {confirm.dialog}
    </>
  );
}
