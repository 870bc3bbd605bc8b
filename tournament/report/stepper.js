"use strict";
// Steps through the moves of a game: buttons, slider, keys, clicks on the board, and playing on by itself.
// The buttons are those of the macro `stepping` in drawings.jinja.

class Stepper {
  /** `display(at, numbers)` shows the position after `at` moves, with the moves' numbers on the stones or without. */
  constructor(display) {
    this.display = display;
    this.at = this.length = 0;
    this.timer = null;
    const on = (id, event, action) => document.getElementById(id).addEventListener(event, action);
    on("first", "click", () => this.go(0));
    on("back", "click", () => this.go(this.at - 1));
    on("forward", "click", () => this.go(this.at + 1));
    on("last", "click", () => this.go(this.length));
    on("auto", "click", () => this.playOn());
    on("slider", "input", (event) => this.go(Number(event.target.value)));
    on("numbers", "change", () => this.go(this.at));
    this.slider = document.getElementById("slider");
    this.numbers = document.getElementById("numbers");
    this.auto = document.getElementById("auto");
  }

  /** Begins with a game of `length` moves, at a move of it or at its end. */
  load(length, at = length) {
    this.stop();
    this.length = this.slider.max = length;
    this.go(at);
  }

  go(at) {
    this.at = Math.max(0, Math.min(this.length, at));
    this.slider.value = this.at;
    if (this.at === this.length) this.stop();
    this.display(this.at, this.numbers.checked);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.auto.setAttribute("aria-pressed", "false");
  }

  playOn() {
    if (this.timer) return this.stop();
    if (this.at === this.length) this.go(0);
    this.timer = setInterval(() => this.go(this.at + 1), 450);
    this.auto.setAttribute("aria-pressed", "true");
  }

  /** The left half of an element goes back, the right half on. */
  clicks(element) {
    element.addEventListener("click", (event) => {
      const box = element.getBoundingClientRect();
      this.go(event.clientX < box.left + box.width / 2 ? this.at - 1 : this.at + 1);
    });
  }

  /** Acts on a key that is ours, or on one of the `more` actions; leaves all other keys to the page. */
  key(event, more) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    if (/^(SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const control = /^(BUTTON|INPUT|SUMMARY|A)$/.test(event.target.tagName);
    const action = {
      ArrowLeft: () => this.go(this.at - (event.shiftKey ? 10 : 1)),
      ArrowRight: () => this.go(this.at + (event.shiftKey ? 10 : 1)),
      Home: () => this.go(0),
      End: () => this.go(this.length),
      n: () => this.numbers.click(),
      " ": control ? null : () => this.playOn(),
      ...more,
    }[event.key];
    if (action) { event.preventDefault(); action(); }
  }
}
