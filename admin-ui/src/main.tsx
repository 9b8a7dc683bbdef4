import "@mantine/core/styles.css";
import "./app/app.css";
import type { Boot } from "@contract";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { bootInPage, fetchBoot } from "./app/boot.ts";
import { SessionProvider } from "./app/session.tsx";
import { appTexts } from "./app/texts.ts";

const RELOADED = "portico-reloaded";

// After a deployment the old chunks are gone: load the new page, but only once in a row.
window.addEventListener("vite:preloadError", (event) => {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) < 10_000) return;
  event.preventDefault();
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
});

const element = document.getElementById("root");
if (!element) throw new Error("index.html has no #root");

/** Asks at once for the chunks that this page will need, instead of one after the other. */
function fetchAhead({ host, me }: Boot): void {
  const ahead: Promise<unknown>[] = me
    ? [import("./app/console.tsx")]
    : [import("./features/login/login-page.tsx")];
  if (me && location.pathname === "/admin/") {
    ahead.push(import("./app/start.tsx"));
    ahead.push(
      host === "platform"
        ? import("./features/sites/sites-page.tsx")
        : import("./features/home/home-page.tsx"),
    );
  }
  // What fails here fails again where it is needed, and is told there.
  for (const chunk of ahead) chunk.catch(() => undefined);
}

try {
  const boot = bootInPage() ?? (await fetchBoot());
  fetchAhead(boot);
  createRoot(element).render(
    <StrictMode>
      <SessionProvider initial={boot}>
        <App />
      </SessionProvider>
    </StrictMode>,
  );
} catch (error) {
  console.error(error);
  const locale = navigator.language.startsWith("zh") ? "zh-CN" : "en";
  element.setAttribute("role", "alert");
  element.style.padding = "2rem";
  element.textContent = `${appTexts[locale].startFailed}: ${error instanceof Error ? error.message : error}`;
}
