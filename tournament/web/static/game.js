"use strict";
// The page of a game: the board, stepped through, with what a network makes of each position.

(() => {
  const byId = (id) => document.getElementById(id);
  const game = JSON.parse(byId("data").textContent);
  const positions = replay(game.moves), last = positions.length - 1;
  const board = new Board(byId("board"));
  const judge = byId("judge"), heat = byId("heat");
  const stepper = new Stepper(display);
  const evaluation = judge && new Evaluation(game.address, (at) => stepper.go(at), () => stepper.go(stepper.at));
  const cursor = new BoardCursor(board, describe);

  function display(at, numbers) {
    const position = positions[at];
    board.draw(position, numbers);
    const parts = [`Move ${at} of ${last}`];
    if (at) parts[0] += `: ${at % 2 ? "Black" : "White"} ${vertex(position.move)}`;
    if (at && at <= game.opening) parts.push("opening");
    if (position.taken[1] || position.taken[2]) parts.push(`Black has captured ${position.taken[1]}, White ${position.taken[2]}`);
    if (at === last) parts.push(`${game.result} (${game.ending})`);
    byId("position").textContent = parts.join(" · ");
    if (evaluation) {
      const next = at < last ? positions[at + 1].move : null;
      board.heat(heat.checked ? evaluation.policy(at) : []);
      board.mark(heat.checked && evaluation.shown && next !== null && next >= 0 ? [[next, "next"]] : []);
      evaluation.show(at, next === null ? null : next < 0 ? SIZE * SIZE : next);
    }
    if (document.activeElement === board.svg) board.cursor(cursor.point);
    history.replaceState(null, "", at === last ? location.pathname : `#${at}`);
  }

  function describe(point) {
    const position = positions[stepper.at], colour = position.stones[point];
    const parts = [["empty", "black stone", "white stone"][colour]];
    if (colour) parts.push(`move ${position.placed[point]}`);
    const entry = evaluation && evaluation.policy(stepper.at).find(([move]) => move === point);
    if (entry) parts.push(`policy ${(100 * entry[1]).toFixed(1)} %`);
    return parts.join(", ");
  }

  function follow(relation) {
    const link = document.querySelector(`.pages a[rel="${relation}"]`);
    return () => { if (link) location.href = link.href; };
  }

  stepper.clicks(byId("board"));
  document.addEventListener("keydown", (event) => {
    stepper.key(event, { ArrowUp: follow("prev"), ArrowDown: follow("next"), p: () => heat?.click() });
  });
  const asked = /^#(\d+)$/.exec(location.hash);
  stepper.load(last, asked ? Number(asked[1]) : last);
  if (evaluation) {
    heat.addEventListener("change", () => stepper.go(stepper.at));
    judge.addEventListener("change", () => { stepper.go(stepper.at); evaluation.load(judge.value, game.opening); });
    evaluation.load(judge.value, game.opening);
  }
})();
