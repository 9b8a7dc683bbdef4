/** ⌘K: every page, the usual actions, and the site's agents and models by name. */
import "@mantine/spotlight/styles.css";
import type { Permission } from "@contract";
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconPlus, IconRobot, IconSearch, IconStack2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { defineTexts, useTexts } from "../lib/i18n.ts";
import { agentsQuery, modelsQuery } from "../lib/queries.ts";
import { navigationFor } from "./navigation.ts";
import { useMe } from "./session.tsx";
import { appTexts } from "./texts.ts";

const texts = defineTexts(
  {
    label: "Command palette",
    nothing: "Nothing found",
    pages: "Pages",
    actions: "Actions",
    agents: "Agents",
    models: "Models",
    newConnection: "Add a connection",
    newModel: "Publish a model",
    newAgent: "Publish an agent",
    newUser: "Add a user",
    newLevel: "Add a level",
  },
  {
    label: "命令面板",
    nothing: "没有找到",
    pages: "页面",
    actions: "操作",
    agents: "智能体",
    models: "模型",
    newConnection: "添加连接",
    newModel: "发布模型",
    newAgent: "发布智能体",
    newUser: "添加用户",
    newLevel: "添加等级",
  },
);

const [store, palette] = createSpotlight();
const ICON = { size: 18, stroke: 1.6, "aria-hidden": true } as const;

function useActions(): SpotlightActionGroupData[] {
  const t = useTexts(texts);
  const app = useTexts(appTexts);
  const navigate = useNavigate();
  const { permissions } = useMe();
  const publishing = { enabled: permissions.includes("publishing.read") };
  const agents = useQuery({ ...agentsQuery, ...publishing }).data ?? [];
  const models = useQuery({ ...modelsQuery, ...publishing }).data ?? [];
  const create = (needs: Permission, id: string, label: string, go: () => unknown) =>
    permissions.includes(needs)
      ? [{ id, label, leftSection: <IconPlus {...ICON} />, onClick: () => void go() }]
      : [];
  return [
    {
      group: t.pages,
      actions: navigationFor(permissions)
        .flatMap((group) => group.items)
        .map((item) => ({
          id: item.id,
          label: app.nav[item.id],
          leftSection: <item.icon {...ICON} />,
          onClick: () => void navigate({ to: item.to }),
        })),
    },
    {
      group: t.actions,
      actions: [
        create("site.write", "new-connection", t.newConnection, () =>
          navigate({ to: "/connections/new" }),
        ),
        create("publishing.write", "new-model", t.newModel, () =>
          navigate({ to: "/models/$id", params: { id: "new" } }),
        ),
        create("publishing.write", "new-agent", t.newAgent, () =>
          navigate({ to: "/agents/$id", params: { id: "new" } }),
        ),
        create("people.write", "new-user", t.newUser, () =>
          navigate({ to: "/users", search: { open: "new" } }),
        ),
        create("money.write", "new-level", t.newLevel, () =>
          navigate({ to: "/levels", search: { open: "new" } }),
        ),
      ].flat(),
    },
    {
      group: t.agents,
      actions: agents.map((agent) => ({
        id: `agent-${agent.id}`,
        label: agent.name,
        description: agent.slug,
        leftSection: <IconRobot {...ICON} />,
        onClick: () => void navigate({ to: "/agents/$id", params: { id: agent.id } }),
      })),
    },
    {
      group: t.models,
      actions: models.map((model) => ({
        id: `model-${model.id}`,
        label: model.name,
        leftSection: <IconStack2 {...ICON} />,
        onClick: () => void navigate({ to: "/models/$id", params: { id: model.id } }),
      })),
    },
  ];
}

/** Opens each time `request` grows; loaded when it is first asked for. */
export function Palette({ request }: { request: number }) {
  const t = useTexts(texts);
  const app = useTexts(appTexts);
  const actions = useActions();
  useEffect(() => {
    if (request > 0) palette.open();
  }, [request]);
  return (
    <Spotlight
      store={store}
      shortcut={null}
      actions={actions}
      nothingFound={t.nothing}
      limit={30}
      scrollable
      maxHeight={420}
      attributes={{ content: { "aria-label": t.label } }}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: app.search,
        "aria-label": app.search,
      }}
    />
  );
}
