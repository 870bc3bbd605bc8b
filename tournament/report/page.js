"use strict";
// The games of the report: choose one, replay it on the board.

(() => {
  const byId = (id) => document.getElementById(id);
  if (!byId("viewer")) return;
  const data = JSON.parse(byId("data").textContent);
  const fields = ["pairing", "number", "black", "white", "result", "ending", "opening", "rules", "komi", "date", "moves"];
  const games = data.games.map((row, index) => ({ index, ...Object.fromEntries(row.map((value, i) => [fields[i], value])) }));
  const team = (id) => data.teams[id];
  const board = new Board(byId("board"));
  const PAGE = 200;
  const stepper = new Stepper(display);
  let shown = [], listed = PAGE, game = null, positions = [];

  // the list

  function fillFilters() {
    const playing = [...new Set(games.flatMap((g) => [g.black, g.white]))].sort((a, b) => team(a).localeCompare(team(b)) || a - b);
    const twice = (id) => playing.filter((other) => team(other) === team(id)).length > 1;
    for (const select of [byId("team"), byId("opponent")]) {
      select.add(new Option("anyone", ""));
      for (const id of playing) select.add(new Option(twice(id) ? `${team(id)} (submission ${id})` : team(id), id));
      select.addEventListener("change", () => filter(true));
    }
  }

  function filter(open) {
    const one = byId("team").value, other = byId("opponent").value;
    const plays = (g, id) => !id || g.black === Number(id) || g.white === Number(id);
    shown = games.filter((g) => plays(g, one) && plays(g, other) && (!one || one !== other));
    listed = PAGE;
    list();
    if (open && shown.length && !shown.includes(game)) show(shown[0]);
  }

  function player(g, colour) {
    const name = document.createElement("span"), stone = document.createElement("i"), text = document.createElement("span");
    name.className = g.result[0] === (colour === "black" ? "B" : "W") ? "name winner" : "name";
    stone.className = `stone ${colour}`;
    text.textContent = team(g[colour]);
    name.append(stone, text);
    return name;
  }

  function list() {
    byId("list").replaceChildren(...shown.slice(0, listed).map((g) => {
      const item = document.createElement("li"), button = document.createElement("button"), outcome = document.createElement("span");
      const result = document.createElement("b");
      button.type = "button";
      button.dataset.index = g.index;
      outcome.className = "outcome";
      result.textContent = g.result === "0" ? "draw" : g.result;
      outcome.append(result, `${g.moves.length / 2} moves`);
      button.setAttribute("aria-label", `Black ${team(g.black)}, White ${team(g.white)}, ${g.result}, ${g.moves.length / 2} moves`);
      button.append(player(g, "black"), outcome, player(g, "white"));
      button.addEventListener("click", () => show(g));
      item.append(button);
      return item;
    }));
    byId("count").textContent = shown.length === 1 ? "1 game" : `${shown.length} games`;
    byId("more").hidden = shown.length <= listed;
    mark();
  }

  function mark() {
    for (const button of byId("list").querySelectorAll("button")) {
      const current = game && Number(button.dataset.index) === game.index;
      if (current) {
        button.setAttribute("aria-current", "true");
        const box = byId("list").getBoundingClientRect(), place = button.getBoundingClientRect();
        if (place.top < box.top) byId("list").scrollTop -= box.top - place.top;
        if (place.bottom > box.bottom) byId("list").scrollTop += place.bottom - box.bottom;
      } else button.removeAttribute("aria-current");
    }
  }

  // the game

  function show(g, move) {
    game = g;
    positions = replay(g.moves);
    byId("black").textContent = team(g.black);
    byId("white").textContent = team(g.white);
    byId("result").textContent = `${g.result === "0" ? "draw" : g.result}, ${g.rules}, komi ${g.komi}`;
    byId("sgf").href = URL.createObjectURL(new Blob([sgf(g)], { type: "application/x-go-sgf" }));
    byId("sgf").download = `${data.name} pairing ${g.pairing} game ${g.number}.sgf`;
    stepper.load(positions.length - 1, move);
    mark();
  }

  function display(at, numbers) {
    const position = positions[at], end = at === positions.length - 1;
    board.draw(position, numbers);
    const parts = [`Move ${at} of ${positions.length - 1}`];
    if (at) parts[0] += `: ${at % 2 ? "Black" : "White"} ${vertex(position.move)}`;
    if (at && at <= game.opening) parts.push("opening");
    if (position.taken[1] || position.taken[2]) parts.push(`Black has captured ${position.taken[1]}, White ${position.taken[2]}`);
    if (end) parts.push(`${game.result === "0" ? "draw" : game.result} (${game.ending})`);
    byId("position").textContent = parts.join(" · ");
    byId("board").setAttribute("aria-label", `Board. ${parts.join(". ")}`);
    history.replaceState(null, "", `#game-${game.pairing}-${game.number}-${at}`);
  }

  function sgf(g) {
    const text = (value) => String(value).replace(/[\\\]]/g, "\\$&");
    let out = `(;GM[1]FF[4]CA[UTF-8]SZ[19]PB[${text(team(g.black))}]PW[${text(team(g.white))}]`;
    out += `KM[${g.komi}]RU[${text(g.rules)}]RE[${g.result}]DT[${g.date}]EV[${text(data.name)}]`;
    for (let i = 0; i < g.moves.length; i += 2) {
      const move = g.moves.slice(i, i + 2);
      out += `;${i % 4 ? "W" : "B"}[${move === ".." ? "" : move}]`;
    }
    return `${out})\n`;
  }

  // the controls

  byId("more").addEventListener("click", () => { listed += PAGE; list(); });
  stepper.clicks(byId("board"));

  for (const button of document.querySelectorAll(".cross button")) {
    button.addEventListener("click", () => {
      byId("team").value = button.dataset.first;
      byId("opponent").value = button.dataset.second;
      filter(true);
      byId("games").scrollIntoView();
    });
  }

  document.addEventListener("keydown", (event) => {
    const box = byId("viewer").getBoundingClientRect();
    if (box.bottom < 0 || box.top > innerHeight) return; // the board is not in sight: leave the keys to the page
    const place = shown.indexOf(game);
    stepper.key(event, {
      ArrowUp: () => { if (place > 0) show(shown[place - 1]); },
      ArrowDown: () => { if (place < shown.length - 1) show(shown[place + 1]); },
    });
  });

  byId("viewer").hidden = false;
  fillFilters();
  const asked = /^#game-(\d+)-(\d+)(?:-(\d+))?$/.exec(location.hash);
  const wanted = asked && games.find((g) => g.pairing === Number(asked[1]) && g.number === Number(asked[2]));
  filter(false);
  show(wanted || games[0], wanted && asked[3] !== undefined ? Number(asked[3]) : undefined);
  if (wanted) byId("games").scrollIntoView();
})();
