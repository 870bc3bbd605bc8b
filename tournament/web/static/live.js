"use strict";
// Keeps a page new: when the tournament changes, every element with an id and `data-live` is replaced by what the
// same address shows now. Forms with `data-filter` show their results without loading the page.

(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let stream = null, timer = null, asked = 0, newest = root.dataset.version;

  const parts = (of) => [...of.querySelectorAll("[data-live][id]")];

  /** Puts the parts of a page in the place of those of this page. */
  function show(page, flash) {
    const fresh = parts(page), old = parts(document);
    const same = fresh.length === old.length && fresh.every((part) => document.getElementById(part.id)?.hasAttribute("data-live"));
    if (!same) {
      // a part came or went; what was typed into a form stays
      const form = document.querySelector("form[data-filter]"), there = page.querySelector("form[data-filter]");
      if (form && there) there.replaceWith(form);
      document.getElementById("main").replaceChildren(...page.getElementById("main").childNodes);
    }
    for (const part of parts(page)) {
      const place = document.getElementById(part.id);
      if (place && place.innerHTML !== part.innerHTML) replace(place, part, flash);
    }
    root.dataset.version = page.documentElement.dataset.version;
  }

  function replace(place, part, flash) {
    const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const scrolled = [...place.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
    for (const details of place.querySelectorAll("details[open][id]")) part.querySelector(`#${details.id}`)?.setAttribute("open", "");
    if (flash) {
      const before = new Map([...place.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row.textContent]));
      for (const row of part.querySelectorAll("[data-row]")) if (before.get(row.dataset.row) !== row.textContent) row.classList.add("changed");
    }
    const made = document.importNode(part, true);
    place.replaceWith(made);
    made.querySelectorAll(".scroll").forEach((box, i) => { box.scrollLeft = scrolled[i] || 0; });
    if (focused) made.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  async function refresh(address, flash) {
    const mine = ++asked;
    const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || !answer.ok || mine !== asked) return; // the next change tries again; a later question wins
    show(new DOMParser().parseFromString(await answer.text(), "text/html"), flash);
  }

  /** Gets the newest state after a while, and again if what came was one that others had asked for before. */
  function keepUp(milliseconds) {
    clearTimeout(timer);
    if (newest !== root.dataset.version) timer = setTimeout(() => refresh(location.href, true).then(() => keepUp(1000)), milliseconds);
  }

  function listen() {
    // browsers allow few connections to one site: only pages that are looked at keep one
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else if (!stream) {
      stream = new EventSource("/events");
      stream.addEventListener("state", (event) => {
        newest = JSON.parse(event.data).version;
        keepUp(700 * Math.random()); // not all readers at once
      });
    }
  }

  for (const form of document.querySelectorAll("form[data-filter]")) {
    let typing = null;
    const apply = () => {
      const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== "")).toString();
      const address = form.getAttribute("action") + (query ? `?${query}` : "");
      history.replaceState(null, "", address);
      refresh(address, false);
    };
    form.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(apply, 200); });
    form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(typing); apply(); });
  }

  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { stream = null; listen(); } });
  listen();
})();
