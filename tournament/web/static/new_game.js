"use strict";
// Begins a game and goes to its board.

(() => {
  const form = document.getElementById("new-game"), problem = document.getElementById("problem");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button.main"), values = new FormData(form);
    button.disabled = true;
    problem.hidden = true;
    const answer = await fetch("/api/play", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ network: Number(values.get("network")), visits: Number(values.get("visits")), you: values.get("you") }),
    }).catch(() => null);
    const told = answer && await answer.json().catch(() => null);
    if (answer?.ok) return location.assign(`/play/${told.id}`);
    button.disabled = false;
    problem.textContent = told?.detail ? `${told.detail[0].toUpperCase()}${told.detail.slice(1)}.` : "The site does not answer; try again.";
    problem.hidden = false;
  });
  addEventListener("pageshow", () => { if (form) form.querySelector("button.main").disabled = false; });
})();
