/** The frame of the console: header, navigation, and the page between them. */
import { ActionIcon, Box, Burger, Group, Image, Kbd, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { IconExternalLink, IconSearch } from "@tabler/icons-react";
import { Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { LinkAnchor, LinkNav } from "../components/links.tsx";
import { useTexts } from "../lib/i18n.ts";
import { lazyPart } from "../lib/lazy-part.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { ActingBanner } from "./acting-banner.tsx";
import { PageMissing } from "./fallbacks.tsx";
import { navigationFor, pageAt } from "./navigation.ts";
import { PageForbidden } from "./page-forbidden.tsx";
import { useMe, useSession } from "./session.tsx";
import classes from "./shell.module.css";
import { appTexts } from "./texts.ts";

/** What is there on the platform's host, and nowhere else. */
const PLATFORM_PAGES = new Set(["/mine", "/editions"]);

const Palette = lazyPart(async () => (await import("./palette.tsx")).Palette);

function Brand() {
  const { boot } = useSession();
  const t = useTexts(appTexts);
  const { logo } = boot.site.branding;
  return (
    <LinkAnchor to="/" underline="never" c="inherit" className={classes.brand}>
      {logo ? (
        <Image src={logo} alt="" h={28} w={28} fit="contain" radius="sm" />
      ) : (
        <span className={classes.monogram} aria-hidden>
          {[...boot.site.name][0]?.toUpperCase()}
        </span>
      )}
      <Text fw={650} truncate component="span">
        {boot.site.name}
      </Text>
      <Text c="dimmed" size="sm" visibleFrom="md" component="span">
        {t.console}
      </Text>
    </LinkAnchor>
  );
}

function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const t = useTexts(appTexts);
  const { permissions } = useMe();
  return navigationFor(permissions).map((group) => (
    <Box key={group.id ?? "top"} className={classes.group}>
      {group.id && (
        <Text className={classes.groupLabel} id={`nav-${group.id}`}>
          {t.groups[group.id]}
        </Text>
      )}
      <ul className={classes.list} {...(group.id ? { "aria-labelledby": `nav-${group.id}` } : {})}>
        {group.items.map((item) => (
          <li key={item.id}>
            <LinkNav
              to={item.to}
              activeOptions={{ exact: item.to === "/", includeSearch: false }}
              activeProps={{ active: true }}
              label={t.nav[item.id]}
              leftSection={<item.icon size={18} stroke={1.6} aria-hidden />}
              className={classes.link ?? ""}
              onClick={onNavigate}
            />
          </li>
        ))}
      </ul>
    </Box>
  ));
}

function SearchButton({ onOpen }: { onOpen: () => void }) {
  const t = useTexts(appTexts);
  const mac = navigator.userAgent.includes("Mac");
  return (
    <>
      <UnstyledButton className={classes.search} onClick={onOpen} visibleFrom="sm">
        <IconSearch size={16} aria-hidden />
        <span>{t.search}</span>
        <Kbd size="xs">{mac ? "⌘" : "Ctrl"} K</Kbd>
      </UnstyledButton>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        onClick={onOpen}
        hiddenFrom="sm"
        aria-label={t.search}
      >
        <IconSearch size={18} />
      </ActionIcon>
    </>
  );
}

export function Shell() {
  const t = useTexts(appTexts);
  const { boot } = useSession();
  const [opened, menu] = useDisclosure(false);
  const [palette, setPalette] = useState(0);
  const openPalette = () => setPalette((count) => count + 1);
  useHotkeys([["mod+K", openPalette]], []);
  useTitle(boot.site.name);
  const onSite = boot.host === "site";
  return (
    <>
      <a href="#content" className={classes.skip}>
        {t.skip}
      </a>
      <header className={classes.header}>
        <Group gap="xs" wrap="nowrap" miw={0}>
          {onSite && (
            <Burger
              opened={opened}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t.menu}
              aria-expanded={opened}
              aria-controls="navigation"
            />
          )}
          <Brand />
        </Group>
        <Group gap="xs" wrap="nowrap">
          {onSite && <SearchButton onOpen={openPalette} />}
          {onSite && <PortalLink />}
          <AccountMenu />
        </Group>
      </header>
      {onSite && (
        <nav
          id="navigation"
          className={classes.navbar}
          data-opened={opened || undefined}
          aria-label={t.navigation}
        >
          <Navigation onNavigate={menu.close} />
        </nav>
      )}
      <main id="content" tabIndex={-1} className={classes.main} data-wide={!onSite || undefined}>
        <div className={classes.page}>
          <ActingBanner />
          <Page onSite={onSite} />
        </div>
      </main>
      {palette > 0 && onSite && <Palette request={palette} />}
    </>
  );
}

/** The page of the address, for whoever may see it. */
function Page({ onSite }: { onSite: boolean }) {
  const { pathname } = useLocation();
  const { permissions } = useMe();
  if (pathname !== "/" && PLATFORM_PAGES.has(pathname) === onSite) return <PageMissing />;
  const page = pageAt(pathname);
  return onSite && page && !permissions.includes(page.needs) ? <PageForbidden /> : <Outlet />;
}

function PortalLink() {
  const t = useTexts(appTexts);
  return (
    <ActionIcon
      component="a"
      href="/"
      target="_blank"
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={t.openPortal}
      title={t.openPortal}
    >
      <IconExternalLink size={18} />
    </ActionIcon>
  );
}

function useTitle(siteName: string) {
  const t = useTexts(appTexts);
  const { pathname } = useLocation();
  useEffect(() => {
    const first = pathname.split("/")[1] ?? "";
    const page = first in t.nav ? t.nav[first as keyof typeof t.nav] : t.console;
    document.title = `${page} · ${siteName}`;
  }, [pathname, siteName, t]);
}
