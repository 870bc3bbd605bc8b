"use strict";
// A Go board: replays the moves of a game with captures, and draws any position of it.
// Moves are SGF's two letters, column and row; ".." is a pass. Colours: 0 empty, 1 Black, 2 White.

const SIZE = 19;
const COLUMNS = "ABCDEFGHJKLMNOPQRST"; // no I

function neighbours(point) {
  const row = Math.floor(point / SIZE), column = point % SIZE, around = [];
  if (row > 0) around.push(point - SIZE);
  if (row < SIZE - 1) around.push(point + SIZE);
  if (column > 0) around.push(point - 1);
  if (column < SIZE - 1) around.push(point + 1);
  return around;
}

/** The chain of stones at a point, or null when it has a liberty. */
function chainWithoutLiberty(stones, point) {
  const chain = [point], seen = new Set(chain);
  for (let i = 0; i < chain.length; i++) {
    for (const near of neighbours(chain[i])) {
      if (stones[near] === 0) return null;
      if (stones[near] === stones[point] && !seen.has(near)) { seen.add(near); chain.push(near); }
    }
  }
  return chain;
}

/** All positions of a game: stones, the number of the move that placed each, stones taken by [, Black, White]. */
function replay(text) {
  const positions = [{ stones: new Uint8Array(SIZE * SIZE), placed: new Uint16Array(SIZE * SIZE), taken: [0, 0, 0], move: null }];
  for (let i = 0; i < text.length; i += 2) {
    const before = positions[positions.length - 1], colour = positions.length % 2 ? 1 : 2;
    const stones = before.stones.slice(), placed = before.placed.slice(), taken = before.taken.slice();
    let move = -1;
    if (text[i] !== ".") {
      move = (text.charCodeAt(i + 1) - 97) * SIZE + text.charCodeAt(i) - 97;
      stones[move] = colour;
      placed[move] = positions.length;
      // what the opponent loses goes off first; what is then left without a liberty is suicide
      for (const [near, owner] of [...neighbours(move).map((point) => [point, 3 - colour]), [move, colour]]) {
        const chain = stones[near] === owner ? chainWithoutLiberty(stones, near) : null;
        if (chain) {
          for (const point of chain) stones[point] = 0;
          taken[3 - owner] += chain.length;
        }
      }
    }
    positions.push({ stones, placed, taken, move });
  }
  return positions;
}

function vertex(move) {
  return move < 0 ? "pass" : COLUMNS[move % SIZE] + (SIZE - Math.floor(move / SIZE));
}

class Board {
  constructor(svg) {
    this.svg = svg;
    this.add(svg, "defs", {}).innerHTML =
      '<radialGradient id="shine1" cx=".36" cy=".3" r=".75"><stop offset="0" stop-color="#6b6b6b"/><stop offset=".7" stop-color="#161616"/></radialGradient>' +
      '<radialGradient id="shine2" cx=".36" cy=".3" r=".85"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#d5d0c6"/></radialGradient>';
    let path = "";
    for (let i = 0; i < SIZE; i++) path += `M1.5 ${i + 1.5}h${SIZE - 1}M${i + 1.5} 1.5v${SIZE - 1}`;
    this.add(svg, "path", { class: "lines", d: path });
    for (const row of [3, 9, 15]) for (const column of [3, 9, 15]) this.add(svg, "circle", { class: "star", cx: column + 1.5, cy: row + 1.5, r: 0.11 });
    for (let i = 0; i < SIZE; i++) {
      for (const y of [0.55, SIZE + 1.45]) this.label(i + 1.5, y, COLUMNS[i]);
      for (const x of [0.55, SIZE + 1.45]) this.label(x, i + 1.5, SIZE - i);
    }
    svg.setAttribute("viewBox", `0 0 ${SIZE + 2} ${SIZE + 2}`);
    this.heatmap = this.add(svg, "g", { class: "heat" });
    this.stones = this.add(svg, "g", {});
    this.marks = this.add(svg, "g", { class: "marks" });
  }

  add(parent, name, attributes) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent.appendChild(element);
    return element;
  }

  label(x, y, text) {
    this.add(this.svg, "text", { class: "coordinate", x, y }).textContent = text;
  }

  /** The point under the pointer, or null beside the board. */
  pointAt(event) {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    const column = Math.floor(place.x - 1), row = Math.floor(place.y - 1);
    return column >= 0 && row >= 0 && column < SIZE && row < SIZE ? row * SIZE + column : null;
  }

  /** Shows a policy under the stones: pairs of a point and its probability; passes are left out. */
  heat(policy) {
    this.heatmap.replaceChildren();
    for (const [point, probability] of policy) {
      if (point >= SIZE * SIZE) continue;
      const x = (point % SIZE) + 1, y = Math.floor(point / SIZE) + 1;
      const strength = Math.sqrt(probability) * 0.85 + 0.12; // areas are seen as squares
      this.add(this.heatmap, "rect", { x: x + 0.03, y: y + 0.03, width: 0.94, height: 0.94, rx: 0.16, "fill-opacity": strength.toFixed(3) });
      if (probability >= 0.01) this.add(this.heatmap, "text", { class: "share", x: x + 0.5, y: y + 0.52 }).textContent = Math.round(100 * probability);
    }
  }

  /** Marks points above the stones: pairs of a point and a class for its ring. */
  mark(points) {
    this.marks.replaceChildren();
    for (const [point, name] of points) {
      this.add(this.marks, "circle", { class: name, cx: (point % SIZE) + 1.5, cy: Math.floor(point / SIZE) + 1.5, r: 0.44 });
    }
  }

  /** Frames a point for those who move over the board with the keyboard; null takes the frame away. */
  cursor(point) {
    this.frame?.remove();
    if (point !== null) this.frame = this.add(this.svg, "rect", { class: "cursor", x: (point % SIZE) + 1, y: Math.floor(point / SIZE) + 1, width: 1, height: 1 });
  }

  draw(position, numbers) {
    this.stones.replaceChildren();
    position.stones.forEach((colour, point) => {
      if (!colour) return;
      const cx = (point % SIZE) + 1.5, cy = Math.floor(point / SIZE) + 1.5;
      this.add(this.stones, "circle", { cx, cy: cy + 0.03, r: 0.48, fill: "#0004" });
      this.add(this.stones, "circle", { cx, cy, r: 0.475, fill: `url(#shine${colour})` });
      const ink = colour === 1 ? "#fff" : "#111", last = point === position.move;
      if (numbers) {
        const count = position.placed[point];
        this.add(this.stones, "text", { class: count > 99 ? "count long" : "count", x: cx, y: cy + 0.02, fill: last ? "#e0332b" : ink }).textContent = count;
      } else if (last) {
        this.add(this.stones, "circle", { class: "ring", cx, cy, r: 0.24, stroke: ink });
      }
    });
  }
}
