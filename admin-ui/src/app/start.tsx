/** What `/admin/` shows: the operator's sites on the platform's host, a site's home elsewhere. */
import { lazy, Suspense } from "react";
import { PagePending } from "./fallbacks.tsx";
import { useSession } from "./session.tsx";

const HomePage = lazy(async () => ({
  default: (await import("../features/home/home-page.tsx")).HomePage,
}));
const SitesPage = lazy(async () => ({
  default: (await import("../features/sites/sites-page.tsx")).SitesPage,
}));

export function Start() {
  const { boot } = useSession();
  return (
    <Suspense fallback={<PagePending />}>
      {boot.host === "platform" ? <SitesPage /> : <HomePage />}
    </Suspense>
  );
}
