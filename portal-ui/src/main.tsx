/** Reads who and where, then draws the page. */
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { queryClient, whenSignedOut } from "./app/query-client.ts";
import { loadBoot, sessionEnded, startSession } from "./app/session.ts";
import { agentsQuery, conversationQuery } from "./features/chat/queries.ts";
import { applyBrand, applyTheme, themeStore } from "./lib/theme.ts";
import "./app/tokens.css";
import "./app/base.css";
import "./components/components.css";
import "./components/overlays.css";
import "./app/shell.css";
import "./features/gallery/gallery.css";

// After a deployment the files an open page would load next are gone: one reload brings the new
// ones. A second failure in a row is something else and must not reload for ever.
const RELOADED = "portico.reloaded";
addEventListener("vite:preloadError", (event) => {
  if (sessionStorage.getItem(RELOADED)) return;
  event.preventDefault();
  sessionStorage.setItem(RELOADED, "1");
  location.reload();
});

/** Asks for what the first page will show while its code is still on the way. */
function prefetch(path: string): void {
  void queryClient.prefetchQuery(agentsQuery);
  const id = /^\/c\/([\w-]+)$/.exec(path)?.[1];
  if (id) void queryClient.prefetchQuery(conversationQuery(id));
}

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (!root) throw new Error("The page has no root.");
  applyTheme(themeStore.get());
  const boot = await loadBoot();
  applyBrand(boot.site.branding.color);
  document.title = boot.site.name;
  startSession(boot);
  whenSignedOut(sessionEnded);
  if (boot.me) prefetch(location.pathname);
  // Evaluating the modules and drawing the page are two tasks, so that neither is long.
  await new Promise((done) => setTimeout(done));
  createRoot(root).render(<App />);
  sessionStorage.removeItem(RELOADED);
}

await start();
