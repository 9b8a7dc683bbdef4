import type { Agent } from "@contract";
import { ActionIcon, Badge, Group, Switch, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconGripVertical } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type MouseEvent, useState } from "react";
import { EntityIcon } from "../../components/icon-text.tsx";
import { LinkAnchor } from "../../components/links.tsx";
import { isNobody } from "../../lib/access.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { connectionsQuery, levelsQuery } from "../../lib/queries.ts";
import classes from "./agents.module.css";
import { agentTexts } from "./texts.ts";

interface Props {
  agent: Agent;
  movable: boolean;
  first: boolean;
  last: boolean;
  onMove: (step: -1 | 1) => void;
  onToggle: (enabled: boolean) => void;
  onDragStart: () => void;
  onDrop: () => void;
}

function useWords(agent: Agent) {
  const t = useTexts(agentTexts);
  const format = useFormats();
  const connections = useQuery(connectionsQuery).data ?? [];
  const levels = useQuery(levelsQuery).data ?? [];
  const { access, price, target } = agent;
  return {
    target:
      "model" in target
        ? t.onModel(target.model)
        : t.onConnection(
            connections.find(({ id }) => id === target.connection)?.name ?? target.connection,
          ),
    price:
      "free" in price
        ? t.free
        : "perMessage" in price
          ? t.perMessage(format.decimal(price.perMessage))
          : t.byTokens,
    access: access.everyone
      ? t.everyone
      : isNobody(access)
        ? t.nobody
        : t.only(
            [
              ...access.levels.map((slug) => levels.find((one) => one.slug === slug)?.name ?? slug),
              ...access.groups,
              ...access.users,
            ].join(", ") || t.guests,
          ),
  };
}

export function AgentRow(props: Props) {
  const { agent, movable } = props;
  const t = useTexts(agentTexts);
  const words = useWords(agent);
  const [over, setOver] = useState(false);
  const move = (step: -1 | 1) => (event: MouseEvent<HTMLButtonElement>) => {
    const button = event.currentTarget;
    props.onMove(step);
    // The row is moved in the document, which takes the focus away: pressing again must work.
    requestAnimationFrame(() => button.focus());
  };
  return (
    <li
      className={classes.row}
      data-over={over || undefined}
      draggable={movable}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        props.onDragStart();
      }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        props.onDrop();
      }}
    >
      {movable && (
        <span className={classes.grip} title={t.drag}>
          <IconGripVertical size={16} aria-hidden />
        </span>
      )}
      <EntityIcon icon={agent.icon} name={agent.name} size={36} />
      <div className={classes.main}>
        <Group gap="xs">
          <LinkAnchor
            to="/agents/$id"
            params={{ id: agent.id }}
            fw={600}
            size="sm"
            c="inherit"
            underline="hover"
          >
            {agent.name}
          </LinkAnchor>
          {agent.group && <Badge color="gray">{agent.group}</Badge>}
        </Group>
        <Text size="xs" c="dimmed">
          {words.target} · {words.price} · {words.access}
          {agent.access.guests && ` · ${t.guests}`}
        </Text>
      </div>
      {movable && (
        <Group gap={0} wrap="nowrap" className={classes.arrows ?? ""}>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={props.first}
            onClick={move(-1)}
            aria-label={t.moveUp(agent.name)}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={props.last}
            onClick={move(1)}
            aria-label={t.moveDown(agent.name)}
          >
            <IconArrowDown size={16} />
          </ActionIcon>
        </Group>
      )}
      <Switch
        aria-label={t.enabledLabel(agent.name)}
        checked={agent.enabled}
        onChange={(event) => props.onToggle(event.currentTarget.checked)}
      />
    </li>
  );
}
