"""Generate the demo records: GNU Go plays itself and writes `gnugo.tsv.xz`.

A fresh machine has no game records, so a few hundred come with the package. Anyone can make them
again with GNU Go 3.8 (a package of every Linux distribution, a Homebrew formula):

    python -m nets.demo_games.make_games --games 200 --output gnugo.tsv.xz

Every game has its own seed, which stands in its id, so a game can be made again alone. Games end by two
passes *after* GNU Go has captured all dead stones (`kgs-genmove_cleanup`), so that the area of the
final board is the result: a network trained on them learns when passing is safe.

Finished games are kept in `OUTPUT.partial` until all are there: killed and started again, it goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import lzma
import os
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from golois.coordinates import COLUMNS  # GTP skips the letter I
from golois.files import write_whole

LETTERS = "abcdefghijklmnopqrs"  # SGF: column, then row from the top
SIZE = 19
MAX_MOVES = 700
KOMI = 7.5
DATE = "2026-11-20"
QUICKEST = -10  # GNU Go's lowest level of reading; its moves keep their shape, which is what is learned from them


def program() -> str:
    """GNU Go's path. Debian installs it in /usr/games, which is not on every PATH."""
    found = shutil.which("gnugo", path=os.environ.get("PATH", os.defpath) + os.pathsep + "/usr/games")
    if found is None:
        raise SystemExit("GNU Go not found: install it first (apt install gnugo, brew install gnu-go)")
    return found


class GnuGo:
    """One GNU Go process spoken to by GTP."""

    def __init__(self, level: int, seed: int) -> None:
        command = [program(), "--mode", "gtp", "--chinese-rules", "--level", str(level), "--seed", str(seed)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, command: str) -> str:
        """Send one command and return its answer without the leading `=`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if not line.strip():
                break
            lines.append(line.rstrip("\n"))
        answer = "\n".join(lines)
        if not answer.startswith("="):
            raise RuntimeError(f"GNU Go answered {answer!r} to {command!r}")
        return answer[1:].strip()

    def close(self) -> None:
        """End the process."""
        self.process.communicate("quit\n")


def sgf_point(vertex: str) -> str:
    """`D4` -> `dp`; `PASS` -> `tt`."""
    if vertex.upper() == "PASS":
        return "tt"
    column = COLUMNS.index(vertex[0].upper())
    row = SIZE - int(vertex[1:])
    return LETTERS[column] + LETTERS[row]


def play_game(seed: int, level: int) -> str | None:
    """Play one game and return its line, or None when it found no end within MAX_MOVES."""
    engine = GnuGo(level, seed)
    try:
        engine.ask(f"boardsize {SIZE}")
        engine.ask(f"komi {KOMI}")
        moves: list[str] = []
        command = "genmove"
        result = ""
        while len(moves) < MAX_MOVES:
            colour, opponent = ("white", "B") if len(moves) % 2 else ("black", "W")
            answer = engine.ask(f"{command} {colour}")
            if answer.lower() == "resign":
                result = f"{opponent}+R"
                break
            moves.append(sgf_point(answer))
            if moves[-2:] == ["tt", "tt"]:
                if command == "kgs-genmove_cleanup":
                    break
                command = "kgs-genmove_cleanup"  # nobody wants to play on: now take the dead stones off
                del moves[-2:]
                engine.ask("undo")
                engine.ask("undo")
        else:
            return None
        result = result or engine.ask("final_score")
        return "\t".join([game_id(seed, level), DATE, "?", "?", str(KOMI), "0", "Chinese", result, "".join(moves)])
    finally:
        engine.close()


def game_id(seed: int, level: int) -> str:
    """The game's first column."""
    return f"gnugo-3.8-level{level}-seed{seed}"


def main() -> None:
    """Play the games on all cores and write them whole, in the order of their seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--games", type=int, default=200)
    parser.add_argument("--level", type=int, default=QUICKEST, help="GNU Go's strength, up to 10")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("gnugo.tsv.xz"))
    arguments = parser.parse_args()
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.games)
    partial = arguments.output.with_suffix(".partial")
    lines: dict[str, str] = {}
    with contextlib.suppress(FileNotFoundError):
        lines = {line.partition("\t")[0]: line for line in partial.read_text().splitlines(keepends=True)}
    writing = threading.Lock()

    def play(seed: int) -> None:
        name = game_id(seed, arguments.level)
        line = lines.get(name) or play_game(seed, arguments.level)
        if line is None or name in lines:
            return
        with writing, partial.open("a") as file:
            lines[name] = line + "\n"
            file.write(lines[name])
            print(f"\r{len(lines)} games", end="", flush=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(play, seeds))
    wanted = [lines[name] for name in (game_id(seed, arguments.level) for seed in seeds) if name in lines]
    write_whole(arguments.output, lzma.compress("".join(wanted).encode(), preset=9))
    partial.unlink(missing_ok=True)
    print(f"\r{len(wanted)} games written to {arguments.output}")


if __name__ == "__main__":
    main()
