"use strict";
// A game against a network: the site keeps it, this page shows it and sends what the visitor does.

(() => {
  const byId = (id) => document.getElementById(id);
  const address = `/api/play/${byId("play").dataset.game}`;
  const board = new Board(byId("board"));
  const names = { black: "Black", white: "White" };
  let state = JSON.parse(byId("state").textContent);
  let positions = replay(state.moves);
  let busy = false; // something is on its way to the site
  let following = null; // the request that waits for news
  let chosen = null; // on a phone: the point that a second touch will play
  const cursor = new BoardCursor(board, describe, play);

  const yourTurn = () => state.to_move === state.you;
  const now = () => positions[positions.length - 1];
  const other = (colour) => (colour === "black" ? "white" : "black");
  const percent = (share) => `${(100 * share).toFixed(1)} %`;

  // what is seen and heard

  function show() {
    positions = replay(state.moves);
    const position = now();
    board.draw(position, false);
    choose(null);
    board.heat(state.hint ? [...state.hint.policy.entries()].filter(([, share]) => share >= 0.005) : []);
    const looked = state.hint ? state.hint.candidates.filter((c) => c.vertex !== "pass") : [];
    board.mark(looked.slice(0, 1).map((c) => [pointOf(c.vertex), "best"]));
    showOwners();
    byId("turn").textContent = turn();
    byId("turn").classList.toggle("over", Boolean(state.result));
    byId("taken-black").textContent = position.taken[1] ? `captured ${position.taken[1]}` : "";
    byId("taken-white").textContent = position.taken[2] ? `captured ${position.taken[2]}` : "";
    byId("pass").disabled = !yourTurn();
    byId("hint").disabled = !yourTurn() || state.thinking === "hint";
    byId("resign").disabled = !state.to_move;
    byId("take-back").disabled = !positions.some((_, at) => at && (at % 2 ? "black" : "white") === state.you);
    byId("retry").hidden = !(state.problem && state.to_move === other(state.you));
    problem(state.problem ? `${state.problem[0].toUpperCase()}${state.problem.slice(1)}.` : "");
    showHint();
    showMoves();
    board.svg.classList.toggle("yours", yourTurn());
    if (document.activeElement === board.svg) board.cursor(cursor.point);
  }

  function turn() {
    const count = positions.length - 1, parts = [];
    if (state.result) {
      const winner = { B: "black", W: "white" }[state.result[0]];
      parts.push(winner ? `${winner === state.you ? "You win" : `${state.team} wins`}: ${state.result}` : "A draw", state.ending);
      return parts.join(", ");
    }
    if (count) {
      const mover = count % 2 ? "black" : "white";
      parts.push(`${mover === state.you ? "You" : state.team}: ${vertex(now().move)}`);
    }
    if (state.thinking === "move") parts.push(`${state.team} is thinking${progress()}`);
    else if (state.thinking === "hint") parts.push(`Looking for a hint${progress()}`);
    else if (yourTurn()) parts.push(`Your move (${names[state.you]})`);
    return parts.join(" · ");
  }

  function progress() {
    if (state.waiting) return `: ${state.waiting}`;
    return state.visits > 1 && state.searched ? `: ${state.searched} of ${state.visits}` : " …";
  }

  function showHint() {
    byId("hint-list").hidden = !state.hint;
    byId("candidates").replaceChildren(...(state.hint ? state.hint.candidates : []).map((candidate) => {
      const row = document.createElement("tr");
      const cells = [candidate.vertex, candidate.visits, percent(candidate.prior), percent(candidate.winrate)];
      cells.forEach((text, i) => {
        const cell = document.createElement(i ? "td" : "th");
        if (i) cell.className = "number";
        else cell.scope = "row";
        cell.textContent = text;
        row.append(cell);
      });
      return row;
    }));
  }

  function showMoves() {
    byId("moves").replaceChildren(...positions.slice(1).map((position, i) => {
      const item = document.createElement("li");
      item.className = i % 2 ? "white" : "black";
      item.textContent = vertex(position.move);
      return item;
    }));
    byId("moves").scrollTop = byId("moves").scrollHeight;
  }

  function showOwners() {
    [...state.owners].forEach((owner, point) => {
      if (owner === "0" || now().stones[point] === Number(owner)) return;
      const x = (point % SIZE) + 1.36, y = Math.floor(point / SIZE) + 1.36;
      board.add(board.marks, "rect", { class: owner === "1" ? "owner black" : "owner white", x, y, width: 0.28, height: 0.28 });
    });
  }

  function pointOf(name) {
    return (SIZE - Number(name.slice(1))) * SIZE + COLUMNS.indexOf(name[0]);
  }

  function describe(point) {
    const position = now(), colour = position.stones[point];
    const parts = [["empty", "black stone", "white stone"][colour]];
    if (colour) parts.push(position.move === point ? "the last move" : `move ${position.placed[point]}`);
    const candidate = state.hint?.candidates.find(({ vertex: name }) => name === vertex(point));
    if (candidate) parts.push(`${candidate.visits} visits, policy ${percent(candidate.prior)}`);
    return parts.join(", ");
  }

  function problem(text) {
    byId("problem").textContent = text;
    byId("problem").hidden = !text;
  }

  // what the visitor does

  async function send(what, body) {
    if (busy) return;
    busy = true;
    following?.abort();
    const answer = await fetch(`${address}/${what}`, {
      method: "POST",
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
    }).catch(() => null);
    const told = answer && await answer.json().catch(() => null);
    busy = false;
    if (answer?.ok) {
      state = told;
      show();
    } else {
      problem(told?.detail ? `${told.detail[0].toUpperCase()}${told.detail.slice(1)}.` : "The site does not answer; try again.");
    }
    follow();
  }

  function play(point) {
    if (!yourTurn()) return problem(state.to_move ? "It is not your turn." : "The game is over; take a move back to play on.");
    send("move", { vertex: vertex(point) });
  }

  /** While the network thinks, asks the site again and again how far it is. */
  async function follow() {
    following?.abort();
    if (!state.thinking) return;
    const mine = following = new AbortController();
    while (state.thinking && mine === following) {
      // a short wait while a search goes on, to show how far it is
      const answer = await fetch(`${address}?version=${state.version}&wait=1`, { signal: mine.signal }).catch(() => null);
      if (mine.signal.aborted) return;
      if (answer?.ok) {
        const told = await answer.json();
        if (mine.signal.aborted) return;
        const same = told.version === state.version;
        state = told;
        if (same) byId("turn").textContent = turn();
        else show();
      } else {
        problem("The site does not answer; trying again.");
        await new Promise((resolve) => { setTimeout(resolve, 2000); });
      }
    }
  }

  function choose(point) {
    chosen = point;
    if (document.activeElement !== board.svg || point !== null) board.cursor(point);
    byId("play-here").hidden = point === null;
    if (point !== null) {
      byId("play-here").textContent = `Play ${vertex(point)}`;
      byId("point").textContent = `${vertex(point)}, ${describe(point)}`;
    }
  }

  board.svg.addEventListener("click", (event) => {
    const point = board.pointAt(event);
    if (point === null) return;
    // a finger covers several points of a small board: it chooses one first, and plays it with a second touch
    const small = board.svg.getBoundingClientRect().width < 30 * SIZE;
    if (event.pointerType === "touch" && small && point !== chosen && yourTurn()) choose(point);
    else play(point);
  });
  const actions = {
    "play-here": () => play(chosen),
    pass: () => send("move", { vertex: "pass" }),
    "take-back": () => send("take-back"),
    hint: () => send("hint"),
    resign: () => { if (confirm("Resign this game?")) send("resign"); },
    retry: () => send("retry"),
  };
  for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", action);
  board.svg.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    const id = { p: "pass", u: "take-back", h: "hint" }[event.key];
    if (id && !byId(id).disabled) { event.preventDefault(); actions[id](); }
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  show();
  follow();
})();
