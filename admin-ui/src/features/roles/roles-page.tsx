import type { RoleInfo } from "@contract";
import { Box, Text, Title } from "@mantine/core";
import { IconCheck, IconMinus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { appTexts } from "../../app/texts.ts";
import { Loaded, PageHead } from "../../components/page.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { rolesQuery } from "../../lib/queries.ts";
import classes from "./roles.module.css";
import { roleTexts } from "./texts.ts";

/** What each role may do, as the server keeps it. */
export function RolesPage() {
  const t = useTexts(roleTexts);
  const query = useQuery(rolesQuery);
  return (
    <>
      <PageHead title={t.title} description={t.help} />
      <Loaded query={query}>
        {(roles) => {
          const [owner] = roles;
          return (
            <div className={classes.roles}>
              {roles.map((role) => (
                <RoleCard key={role.role} role={role} all={owner?.permissions ?? []} />
              ))}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

/** `all` are the permissions there are: an owner has every one. */
function RoleCard({ role, all }: { role: RoleInfo; all: RoleInfo["permissions"] }) {
  const t = useTexts(roleTexts);
  const names = useTexts(appTexts).roles;
  return (
    <Box component="section" className={classes.role} aria-labelledby={`role-${role.role}`}>
      <Title order={2} size="h4" id={`role-${role.role}`}>
        {names[role.role]}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t.about[role.role]}
      </Text>
      <ul className={classes.list}>
        {all.map((permission) => {
          const may = role.permissions.includes(permission);
          return (
            <li key={permission} data-may={may || undefined}>
              {may ? (
                <IconCheck size={16} role="img" aria-label={t.yes} />
              ) : (
                <IconMinus size={16} role="img" aria-label={t.no} />
              )}
              <Text size="sm" component="span">
                {t.permissions[permission]}
              </Text>
            </li>
          );
        })}
      </ul>
    </Box>
  );
}
