"""The constants of the search, named and defaulted from the literature, each of them yours to change."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, get_args

from golois.board import MAXIMUM_SIZE
from golois.errors import GoloisError

Pending = Literal["loss", "mean"]
Symmetry = Literal["none", "random", "average"]


@dataclass(frozen=True)
class SearchSettings:
    """How a tree is searched. Q is the mover's probability of winning, in [0, 1].

    A child is chosen by Q + U with U = c P N^exponent / (1 + n), where P is its prior, n its visits and N
    those of its parent; c = cpuct + log((N + cpuct_base + 1) / cpuct_base).

    Attributes:
        cpuct: weight of the prior (AlphaZero, Science 2018: 1.25).
        cpuct_base: visits after which the weight begins to grow (AlphaZero: 19652).
        exponent: 0.5 is PUCT (AlphaGo Zero, Nature 2017); other values are GPUCT (Cazenave,
            "Batch Monte Carlo Tree Search", 2021).
        fpu_reduction: first-play urgency: an unvisited child counts as the parent's Q less this times the
            square root of the prior already visited (Leela Zero: 0.25).
        root_fpu_reduction: the same at the root.
        pending: a leaf whose evaluation is under way counts as "loss" (virtual loss) or as the "mean" of
            its node (Batch MCTS, 2021).
        noise_weight: share of Dirichlet noise in the root's priors (AlphaZero: 0.25 in self-play); 0 for none.
        noise_alpha: the noise's concentration; AlphaZero's 0.03 for Go.
        policy_temperature: priors are raised to 1 / this and normalised; above 1 searches wider.
        pass_prior: prior of a pass for a network without a pass output.
        symmetry: "none"; "random": each position in one of its 8 symmetries, chosen by its hash and the
            seed; "average": the mean over all 8, at 8 times the cost.
        lcb_deviations: the move is chosen by its lower confidence bound, so many standard deviations under
            its Q (Leela Zero, KataGo: 5); 0 chooses by visits alone.
        lcb_visits: share of the most visited move's visits that a move needs to be chosen by its bound
            (KataGo: 0.15).
        gumbel: moves considered at the root by sequential halving with Gumbel noise (Danihelka et al.,
            "Policy improvement by planning with Gumbel", 2022; there 16); 0 searches the root by PUCT.
        gumbel_visit: the paper's c_visit, 50.
        gumbel_scale: the paper's c_scale, 1.
        cache: positions whose evaluation is kept; 0 for none. One takes 1.5 kB.
    """

    cpuct: float = 1.25
    cpuct_base: float = 19652.0
    exponent: float = 0.5
    fpu_reduction: float = 0.25
    root_fpu_reduction: float = 0.25
    pending: Pending = "loss"
    noise_weight: float = 0.0
    noise_alpha: float = 0.03
    policy_temperature: float = 1.0
    pass_prior: float = 0.01
    symmetry: Symmetry = "none"
    lcb_deviations: float = 5.0
    lcb_visits: float = 0.15
    gumbel: int = 0
    gumbel_visit: float = 50.0
    gumbel_scale: float = 1.0
    cache: int = 0

    def __post_init__(self) -> None:
        """Refuse values that mean nothing."""
        for name, least, most in _RANGES:
            value = getattr(self, name)
            if not least <= value <= most:
                raise GoloisError(f"search setting {name} = {value!r}: expected a number from {least:g} to {most:g}")
        for name, choices in (("pending", get_args(Pending)), ("symmetry", get_args(Symmetry))):
            if getattr(self, name) not in choices:
                raise GoloisError(
                    f"search setting {name} = {getattr(self, name)!r}: expected one of {', '.join(choices)}"
                )

    @property
    def views(self) -> int:
        """Boards that the network sees for one position."""
        return 8 if self.symmetry == "average" else 1

    @classmethod
    def from_text(cls, pairs: dict[str, str]) -> SearchSettings:
        """Read settings as a user writes them, e.g. {"cpuct": "1.5", "symmetry": "random"}."""
        types = {field.name: field.type for field in fields(cls)}
        values: dict[str, object] = {}
        for name, text in pairs.items():
            if name not in types:
                raise GoloisError(f"unknown search setting '{name}'; known are {', '.join(types)}")
            kind = types[name]
            try:
                values[name] = int(text) if kind == "int" else float(text) if kind == "float" else text
            except ValueError:
                raise GoloisError(f"search setting {name} = '{text}': expected a number") from None
        return cls(**values)  # type: ignore[arg-type]


_RANGES = (
    ("cpuct", 0, 1000),
    ("cpuct_base", 1, 1e12),
    ("exponent", 0, 2),
    ("fpu_reduction", -10, 10),
    ("root_fpu_reduction", -10, 10),
    ("noise_weight", 0, 1),
    ("noise_alpha", 1e-6, 1000),
    ("policy_temperature", 0.01, 100),
    ("pass_prior", 0, 1),
    ("lcb_deviations", 0, 100),
    ("lcb_visits", 0, 1),
    ("gumbel", 0, MAXIMUM_SIZE**2 + 1),
    ("gumbel_visit", 0, 1e6),
    ("gumbel_scale", 0, 1e6),
    ("cache", 0, 1 << 24),
)
