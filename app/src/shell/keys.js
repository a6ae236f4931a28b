// Keys and choices. The boxes of a table are what a plain form sends, so they are the only memory of what is chosen.
(() => {
  const boxes = () => [...document.querySelectorAll("tbody .ck")];
  let last;

  const count = () => {
    const all = boxes();
    const chosen = all.filter((box) => box.checked).length;
    const head = document.querySelector("thead .ck");
    if (head) {
      head.checked = chosen > 0 && chosen === all.length;
      head.indeterminate = chosen > 0 && chosen < all.length;
    }
    const told = document.querySelector("[data-chosen]");
    if (told && told.textContent !== String(chosen)) told.textContent = chosen;
  };
  const choose = (some, chosen) => {
    for (const box of some) box.checked = chosen;
    count();
  };
  const upTo = (box) => {
    const all = boxes();
    const [first, end] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    if (first >= 0) choose(all.slice(first, end + 1), box.checked);
  };

  document.addEventListener("click", (event) => {
    const box = event.target.closest("tbody .ck");
    if (box) {
      if (event.shiftKey) upTo(box);
      last = box;
      count();
    }
    if (event.target.closest("thead .ck")) choose(boxes(), event.target.checked);
    const way = event.target.closest("[data-choose]");
    if (way) {
      event.preventDefault();
      choose(boxes(), way.dataset.choose === "all");
    }
  });

  // A row is where the focus is, else where the pointer is.
  const row = () => document.activeElement?.closest("tbody tr") ?? document.querySelector("tbody tr:hover");
  const step = (by) => {
    const ways = [...document.querySelectorAll("tbody a.name")];
    const now = ways.indexOf(row()?.querySelector("a.name"));
    ways[Math.min(Math.max(now + by, 0), ways.length - 1)]?.focus();
  };
  const keys = {
    "/": () => document.getElementById("search")?.focus(),
    "?": () => document.getElementById("keys")?.togglePopover(),
    x: () => row()?.querySelector(".ck")?.click(),
    j: () => step(1),
    k: () => step(-1),
    Escape: () => choose(boxes(), false),
  };
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input:not([type=checkbox]), select, textarea, dialog, [popover]");
    if (busy || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    if (event.key !== "Escape") event.preventDefault();
    keys[event.key]();
  });

  addEventListener("DOMContentLoaded", () => {
    count();
    // Rows come and go by themselves.
    new MutationObserver(count).observe(document.body, { childList: true, subtree: true });
  });
})();
