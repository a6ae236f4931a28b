(() => {
  const seen = document.body.dataset, clock = document.getElementById("clock");
  const began = Date.now() - 1000 * Number(seen.waiting || 0), pause = clock ? 1000 : 3000;
  if (clock) setInterval(() => { clock.textContent = Math.floor((Date.now() - began) / 1000); }, 1000);
  const look = async () => {
    try {
      const answer = await fetch(seen.prefix + "/.thon/state", { cache: "no-store" });
      if (answer.status === 401 || answer.status === 403) return location.reload();
      const now = await answer.json();
      if (now.state !== seen.state || (now.reason || "") !== seen.reason) return location.reload();
    } catch { /* THON itself is away: keep looking. */ }
    setTimeout(look, pause);
  };
  setTimeout(look, pause);
})();
