import "@mantine/core/styles.css";
import "./app/app.css";
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

try {
  const boot = bootInPage() ?? (await fetchBoot());
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
