import { Card, Group, Progress, Text, Title } from "@mantine/core";
import { IconChevronRight, IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import { useTexts } from "../../lib/i18n.ts";
import classes from "./home.module.css";
import { homeTexts } from "./texts.ts";

export interface ChecklistItem {
  id: keyof (typeof homeTexts)["en"]["items"];
  done: boolean;
}

/** The page that does each step; the portal is no page of the console. */
const PAGES: Record<Exclude<ChecklistItem["id"], "first_request">, LinkProps> = {
  connection: { to: "/connections/new" },
  model_or_agent: { to: "/agents/$id", params: { id: "new" } },
  level: { to: "/levels" },
  branding: { to: "/settings" },
  own_key: { to: "/users" },
  people: { to: "/users" },
};

export function Checklist({ items }: { items: readonly ChecklistItem[] }) {
  const t = useTexts(homeTexts);
  const done = items.filter((item) => item.done).length;
  if (done === items.length) return null;
  return (
    <Card component="section" aria-labelledby="set-up" padding={0}>
      <div className={classes.checklistHead}>
        <Group justify="space-between">
          <Title order={2} id="set-up">
            {t.setUp}
          </Title>
          <Text size="sm" c="dimmed">
            {t.setUpHelp(done, items.length)}
          </Text>
        </Group>
        <Progress value={(done / items.length) * 100} size="sm" mt="sm" aria-label={t.setUp} />
      </div>
      <ol className={classes.checklist}>
        {items.map((item) => (
          <li key={item.id}>
            <Step item={item} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Step({ item }: { item: ChecklistItem }) {
  const t = useTexts(homeTexts);
  const words = t.items[item.id];
  const inside = (
    <>
      {item.done ? (
        <IconCircleCheckFilled size={22} className={classes.done} aria-hidden />
      ) : (
        <IconCircle size={22} stroke={1.5} className={classes.todo} aria-hidden />
      )}
      <div className={classes.stepText}>
        <Text size="sm" fw={item.done ? 500 : 600} {...(item.done ? { c: "dimmed" } : {})}>
          {words.title}
          <span className={classes.hidden}> ({item.done ? t.done : t.todo})</span>
        </Text>
        <Text size="xs" c="dimmed">
          {words.help}
        </Text>
      </div>
      <Text size="sm" component="span" className={classes.stepAction ?? ""}>
        {item.done ? "" : words.action}
        <IconChevronRight size={16} aria-hidden />
      </Text>
    </>
  );
  if (item.id === "first_request") {
    return (
      <a href="/" target="_blank" rel="noopener" className={classes.step}>
        {inside}
      </a>
    );
  }
  return (
    <Link {...PAGES[item.id]} className={classes.step}>
      {inside}
    </Link>
  );
}
