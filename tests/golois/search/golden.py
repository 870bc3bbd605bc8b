"""Golden trees: what searches with fixed seeds found, kept in golden_trees.json.

Rewrite the file after a change that is meant to change trees, and look at the difference:

    python -m tests.golois.search.golden
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from golois.coordinates import move_from_vertex, vertex_from_move
from golois.game import Game
from golois.rules import Rules
from golois.search import Budget, Search, SearchSettings
from golois.search.tree import NONE, ROOT

from .evaluators import HashedEvaluator

FILE = Path(__file__).with_name("golden_trees.json")
SIZE = 7
MOVES = ("D4", "C5", "E5", "C3", "E3", "D5", "pass", "D3", "E4", "C4")

# what differs from the defaults: of the settings, and of the search
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "PUCT, one leaf a batch": ({}, {"leaves": 1}),
    "virtual loss": ({}, {"leaves": 8}),
    "Batch MCTS": ({"pending": "mean"}, {"leaves": 8}),
    "GPUCT": ({"exponent": 0.7}, {"leaves": 4}),
    "root noise and temperature": ({"noise_weight": 0.25, "policy_temperature": 1.3}, {"leaves": 4, "seed": 5}),
    "Gumbel": ({"gumbel": 8}, {"leaves": 1, "seed": 5}),
    "random symmetries": ({"symmetry": "random"}, {"leaves": 4, "seed": 5}),
    "all symmetries": ({"symmetry": "average"}, {"leaves": 4}),
    "cache": ({"cache": 256}, {"leaves": 4}),
}


def tree(settings: dict[str, Any], options: dict[str, Any], visits: int = 150) -> dict[str, list[float]]:
    """Search; return visits and mean value of every node visited more than once, by the moves that lead to it."""
    search = Search(HashedEvaluator(SIZE), SearchSettings(**settings), capacity=visits + 50, **options)
    game = Game(SIZE, Rules.preset("tromp-taylor", 5.5))
    for vertex in MOVES:
        game.play(move_from_vertex(vertex, SIZE))
    search.place(0, game, seed=3)
    search.run(Budget(visits=visits))
    nodes = search._nodes[0]
    found: dict[str, list[float]] = {}
    lines = [(ROOT, "")]
    while lines:
        index, line = lines.pop()
        node = nodes[index]
        if node["visits"] > 1:
            found[line] = [int(node["visits"]), round(float(node["value_sum"] / node["visits"]), 4)]
            child = int(node["first_child"])
            while child != NONE:
                lines.append((child, f"{line} {vertex_from_move(int(nodes[child]['move']), SIZE)}".strip()))
                child = int(nodes[child]["next_sibling"])
    return dict(sorted(found.items()))


def main() -> None:
    """Write the file again."""
    cases = []
    for name, case in CASES.items():
        lines = (f"  {json.dumps(line)}: {json.dumps(found)}" for line, found in tree(*case).items())
        cases.append(f"{json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n}")
    FILE.write_text("{\n" + ",\n".join(cases) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
