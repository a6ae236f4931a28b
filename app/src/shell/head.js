(() => {
  const root = document.documentElement;
  const key = "thon-theme";
  try { const theme = localStorage.getItem(key); if (theme) root.dataset.theme = theme; } catch { /* storage is off: the system's choice holds */ }
  if (!navigator.clipboard) root.dataset.clipboard = "none";

  const switchTheme = () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem(key, root.dataset.theme); } catch { /* it holds for this page at least */ }
  };
  const copy = async (button) => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.copied = "";
    document.getElementById("said").textContent = "Copied";
    setTimeout(() => { delete button.dataset.copied; document.getElementById("said").textContent = ""; }, 2000);
  };
  document.addEventListener("change", async ({ target }) => {
    const [field, file] = [document.getElementById(target.dataset.fills), target.files?.[0]];
    if (field && file) field.value = await file.text();
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-switch-theme]")) switchTheme();
    const button = target.closest("[data-copy]");
    if (button) copy(button).catch(console.warn);
  });
})();
