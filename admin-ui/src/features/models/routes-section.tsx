import type { Connection, ModelRoute } from "@contract";
import { ActionIcon, Button, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Choice, Suggest } from "../../components/form/choice.tsx";
import type { Bind } from "../../components/form/fields.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FormSection } from "../../components/form/section.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { connectionsQuery, offersQuery } from "../../lib/queries.ts";
import classes from "./models.module.css";
import { modelTexts } from "./texts.ts";

interface Props {
  routes: readonly ModelRoute[];
  field: Bind;
  onAdd: () => void;
  onRemove: (index: number) => void;
}

export function RoutesSection({ routes, field, onAdd, onRemove }: Props) {
  const t = useTexts(modelTexts);
  const connections = useQuery(connectionsQuery).data ?? [];
  return (
    <FormSection title={t.routes} description={t.routesHelp}>
      {routes.map((route, index) => (
        <RouteRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a route is its place in the list
          key={index}
          index={index}
          route={route}
          connections={connections}
          field={(name) => field(`${index}.${name}`)}
          {...(routes.length > 1 ? { onRemove: () => onRemove(index) } : {})}
        />
      ))}
      {connections.length === 0 && (
        <Text size="sm" c="dimmed">
          {t.noConnections}
        </Text>
      )}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={onAdd}
        >
          {t.addRoute}
        </Button>
      </div>
    </FormSection>
  );
}

interface RowProps {
  index: number;
  route: ModelRoute;
  connections: readonly Connection[];
  field: Bind;
  onRemove?: () => void;
}

function RouteRow({ index, route, connections, field, onRemove }: RowProps) {
  const t = useTexts(modelTexts);
  // Suggestions only, and asked for when they are wanted: a platform that cannot list its models,
  // or is away, still takes a name by hand.
  const [wanted, setWanted] = useState(false);
  const offers = useQuery({
    ...offersQuery(route.connection),
    enabled: wanted && route.connection !== "",
  });
  const names = (offers.data ?? []).filter((offer) => offer.kind === "model").map(({ id }) => id);
  return (
    <div className={classes.route}>
      <div className={classes.wide}>
        <Choice
          label={t.connection}
          data={connections.map(({ id, name }) => ({ value: id, label: name }))}
          {...field("connection")}
        />
      </div>
      <div className={classes.wide}>
        <Suggest
          label={t.upstream}
          data={[...new Set(names)]}
          {...field("model")}
          onFocus={() => setWanted(true)}
        />
      </div>
      <AmountInput label={t.weight} {...field("weight")} />
      <AmountInput label={t.priority} {...field("priority")} />
      <ActionIcon
        variant="subtle"
        color="red"
        size="lg"
        mt={24}
        disabled={!onRemove}
        onClick={onRemove}
        aria-label={t.removeRoute(index + 1)}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </div>
  );
}
