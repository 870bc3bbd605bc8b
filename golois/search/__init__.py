"""Monte Carlo tree search with a network: batched PUCT over many games and many leaves.

`Search` holds the trees, `SearchSettings` the constants, `Budget` the limits, `Report` what was found;
`SearchPlayer` chooses moves with them. The steps of a simulation are kernels: selection.py (which child),
simulation.py (down, open, back up), batch.py (many of them for one call of the network), over the arrays of
tree.py.
"""

from __future__ import annotations

from golois.search.budget import Budget
from golois.search.player import ROOMY, SearchPlayer, nodes_for
from golois.search.report import MoveReport, Report
from golois.search.resignation import Resignation
from golois.search.search import Search
from golois.search.settings import SearchSettings

__all__ = [
    "ROOMY",
    "Budget",
    "MoveReport",
    "Report",
    "Resignation",
    "Search",
    "SearchPlayer",
    "SearchSettings",
    "nodes_for",
]
