// Before the first paint, so that a dark page never flashes white. A file, not inline: the policy.
(() => {
  let choice = "auto";
  try {
    choice = localStorage.getItem("portico-color-scheme") || "auto";
  } catch {
    // Storage may be forbidden; the system's scheme is then followed.
  }
  const dark =
    choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  const root = document.documentElement;
  root.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
  root.style.backgroundColor = dark ? "#10131a" : "#f6f7f9";
})();
