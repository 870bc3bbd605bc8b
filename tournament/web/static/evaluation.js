"use strict";
// What a network makes of every position of a game: its value as a curve, its policy as a list and for the board.

class Evaluation {
  /**
   * @param address of the game
   * @param choose is called with the number of a move that was chosen on the curve
   * @param arrived is called when an evaluation has come
   */
  constructor(address, choose, arrived) {
    this.address = address;
    this.arrived = arrived;
    this.known = new Map();
    this.shown = null;
    this.box = document.getElementById("curve");
    this.svg = this.box.querySelector("svg");
    this.message = document.getElementById("judging");
    const follow = (event) => {
      if (!this.shown || (event.type === "pointermove" && !event.buttons)) return;
      const place = this.svg.getBoundingClientRect();
      choose(Math.round((this.shown.values.length - 1) * Math.max(0, Math.min(1, (event.clientX - place.left) / place.width))));
    };
    this.svg.addEventListener("pointerdown", follow);
    this.svg.addEventListener("pointermove", follow);
  }

  /** Asks for the evaluation by a network, and shows it when it is there. */
  async load(judge, opening) {
    this.judge = judge;
    this.shown = this.known.get(judge) || null;
    if (!this.shown) {
      this.message.textContent = "The network looks at every position…";
      this.box.classList.add("waiting");
      const answer = await fetch(`${this.address}/evaluation?network=${judge}`).catch(() => null);
      const found = answer ? await answer.json().catch(() => null) : null;
      if (this.judge !== judge) return; // another one was chosen meanwhile
      this.box.classList.remove("waiting");
      if (!answer?.ok) {
        this.message.textContent = found?.detail || "The site did not answer. Reload the page to try again.";
        return;
      }
      this.known.set(judge, found);
      this.shown = found;
    }
    this.message.textContent = "";
    this.drawCurve(opening);
    this.arrived();
  }

  drawCurve(opening) {
    const last = Math.max(1, this.shown.values.length - 1);
    const x = (move) => (600 * move / last).toFixed(1), y = (value) => (170 * (1 - value)).toFixed(1);
    const points = this.shown.values.map((value, move) => `${x(move)} ${y(value)}`).join("L");
    this.svg.replaceChildren();
    const add = (name, attributes) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      this.svg.append(element);
      return element;
    };
    add("rect", { class: "black", width: 600, height: 170 });
    add("path", { class: "white", d: `M0 170L${points}L600 170Z` });
    add("rect", { class: "opening", width: x(opening), height: 170 });
    add("line", { class: "even", x1: 0, x2: 600, y1: 85, y2: 85 });
    add("path", { class: "line", d: `M${points}` });
    this.now = add("line", { class: "now", y1: 0, y2: 170 });
    this.scale = x;
  }

  /** Shows the position after so many moves; `played` is the move that followed, or null. */
  show(at, played) {
    const table = document.getElementById("candidates"), chance = document.getElementById("chance");
    table.hidden = !this.shown;
    if (!this.shown) {
      chance.textContent = "White's chance to win";
      return;
    }
    chance.textContent = `White's chance to win: ${Math.round(100 * this.shown.values[at])} %`;
    this.now.setAttribute("x1", this.scale(at));
    this.now.setAttribute("x2", this.scale(at));
    const rows = this.policy(at).slice(0, 5).map(([move, probability]) => {
      const row = document.createElement("tr"), name = document.createElement("th"), bar = document.createElement("td"), share = document.createElement("td");
      const meter = document.createElement("progress");
      name.scope = "row";
      name.textContent = vertex(move === SIZE * SIZE ? -1 : move);
      if (move === played) name.append(" (played)");
      meter.value = probability;
      bar.append(meter);
      share.className = "number";
      share.textContent = `${(100 * probability).toFixed(1)} %`;
      row.append(name, bar, share);
      return row;
    });
    table.tBodies[0].replaceChildren(...rows);
  }

  /** The policy after so many moves: pairs of a move and its probability, the most probable first. */
  policy(at) {
    return this.shown ? this.shown.policies[at] : [];
  }
}
