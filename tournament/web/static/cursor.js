"use strict";
// A cursor on a board for those who use the keyboard: arrow keys go from point to point, and each is read out.

class BoardCursor {
  /**
   * @param board the Board
   * @param describe says what is on a point, after its name
   * @param choose is called with the point on Enter or space; left out where points cannot be chosen
   */
  constructor(board, describe, choose) {
    this.board = board;
    this.describe = describe;
    this.point = (SIZE * SIZE - 1) / 2;
    this.spoken = document.getElementById("point");
    const svg = board.svg;
    svg.addEventListener("mousedown", (event) => event.preventDefault()); // the mouse needs no cursor
    svg.addEventListener("focus", () => this.go(this.point));
    svg.addEventListener("blur", () => board.cursor(null));
    svg.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const row = Math.floor(this.point / SIZE), column = this.point % SIZE;
      const action = {
        ArrowLeft: () => this.go(column > 0 ? this.point - 1 : this.point),
        ArrowRight: () => this.go(column < SIZE - 1 ? this.point + 1 : this.point),
        ArrowUp: () => this.go(row > 0 ? this.point - SIZE : this.point),
        ArrowDown: () => this.go(row < SIZE - 1 ? this.point + SIZE : this.point),
        Enter: choose && (() => choose(this.point)),
        " ": choose && (() => choose(this.point)),
      }[event.key];
      if (action) { event.preventDefault(); action(); }
    });
  }

  go(point) {
    this.point = point;
    this.board.cursor(point);
    this.spoken.textContent = `${vertex(point)}, ${this.describe(point)}`;
  }
}
