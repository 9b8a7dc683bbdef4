/** What `/admin/` shows: the operator's sites on the platform's host, a site's home elsewhere. */
import { lazyPart } from "../lib/lazy-part.tsx";
import { PagePending } from "./fallbacks.tsx";
import { useSession } from "./session.tsx";

const pending = () => <PagePending />;
const HomePage = lazyPart(
  async () => (await import("../features/home/home-page.tsx")).HomePage,
  pending,
);
const SitesPage = lazyPart(
  async () => (await import("../features/sites/sites-page.tsx")).SitesPage,
  pending,
);

export function Start() {
  const { boot } = useSession();
  return boot.host === "platform" ? <SitesPage /> : <HomePage />;
}
