"""The sections of a run's configuration: each field is a line of the file, with the comment that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golois.errors import GoloisError
from golois.rules import PRESETS, Rules
from golois.toml_settings import setting

if TYPE_CHECKING:
    from golois.search import SearchSettings

PLANE_SETS = (6, 8, 21, 31)
FAMILIES = ("residual", "senet", "mobile", "convnext")
ANCHORS = ("random", "policy", "gnugo")


@dataclass(frozen=True)
class BoardSettings:
    """The game that is played."""

    size: int = setting(9, "The board is size x size.", least=3, most=19)
    rules: str = setting("tromp-taylor", "A rules preset.", choices=tuple(PRESETS))
    komi: float = setting(7.0, "Points for White in an even game; the fair komi gives the most to learn.")
    komi_deviation: float = setting(
        0.0, "Komi is drawn for each game with this standard deviation; the 31 planes show it.", least=0, most=50
    )
    handicap_share: float = setting(0.0, "Share of the games in which Black has handicap stones.", least=0, most=1)
    handicap_most: int = setting(4, "The most handicap stones.", least=2, most=9)
    handicap_komi: float = setting(0.5, "Points for White in a game with handicap.")

    def __post_init__(self) -> None:
        for name in ("komi", "handicap_komi"):
            value = getattr(self, name)
            if 2 * value % 1 != 0:  # true for nan
                raise GoloisError(f"{name} = {value!r}: whole and half points are possible")
            Rules.preset(self.rules, value)
        if self.handicap_share > 0 and (self.size < 7 or self.size % 2 == 0):
            raise GoloisError(f"handicap_share = {self.handicap_share!r}: no handicap is fixed for size {self.size}")


@dataclass(frozen=True)
class NetworkSettings:
    """The network that learns."""

    family: str = setting("residual", "residual, senet, mobile or convnext.", choices=FAMILIES)
    blocks: int = setting(4, "Blocks of the trunk.", least=1, most=80)
    filters: int = setting(32, "Channels of the trunk, a multiple of 8.", least=8, most=1024)
    planes: int = setting(21, "Input planes: 6, 8, 21 or 31.", choices=PLANE_SETS)
    normalization: str = setting("none", "none, or batch: slower on a CPU.", choices=("none", "batch"))

    def __post_init__(self) -> None:
        if self.filters % 8:
            raise GoloisError(f"filters = {self.filters}: a multiple of 8 is possible")


@dataclass(frozen=True)
class PlaySettings:
    """How the games are played."""

    games: int = setting(500, "Games of a generation.", least=1, most=1_000_000)
    parallel: int = setting(256, "Games in progress at once.", least=1, most=65536)
    threads: int = setting(
        2, "Groups of these games: one group's trees grow while another's are evaluated.", least=1, most=64
    )
    visits: int = setting(32, "Visits of a full search, whose moves are learned.", least=2, most=100_000)
    fast_visits: int = setting(8, "Visits of a fast search, which only moves the game on.", least=2, most=100_000)
    full_share: float = setting(
        0.5, "Share of the moves that get a full search (playout cap randomisation); 1: all.", least=0.01, most=1
    )
    root: str = setting(
        "gumbel",
        "gumbel: sequential halving, for few visits; puct: visits drawn with noise.",
        choices=("gumbel", "puct"),
    )
    considered: int = setting(16, "gumbel: moves that a full search begins with.", least=2, most=361)
    gumbel_scale: float = setting(
        1.0, "gumbel: c_scale, how far a search's values move its policy.", least=0.001, most=100
    )
    noise_weight: float = setting(0.25, "puct: share of Dirichlet noise in the root's priors.", least=0, most=1)
    noise_alpha: float = setting(0.15, "puct: its concentration.", least=0.0001, most=100)
    drawn_moves: float = setting(
        0.04,
        "First moves of a game that are drawn from the policy without search, so that games differ: their mean "
        "number for each point of the board (KataGo: 0.04).",
        least=0,
        most=1,
    )
    drawn_temperature: float = setting(
        1.0, "Of that drawing: a move's chance is policy ** (1 / temperature).", least=0.01, most=100
    )
    opening_moves: int = setting(10, "puct: moves that are drawn in proportion to their visits.", least=0, most=1000)
    temperature: float = setting(1.0, "puct: of that drawing.", least=0.01, most=100)
    cpuct: float = setting(1.25, "Weight of the priors in the tree.", least=0, most=1000)
    resign: float = setting(
        0.0, "A side resigns that sees so small a chance twice in a row; 0: never.", least=0, most=0.5
    )
    resign_checked: float = setting(0.1, "Share of the games that are played out all the same.", least=0.0, most=1)
    resign_wrong: float = setting(
        0.05,
        "Share of those that may be won by the one who would have resigned; beyond it, resigning gets harder.",
        least=0,
        most=1,
    )
    move_limit: float = setting(
        2.5, "A game of so many moves for each point is counted as it stands.", least=0.5, most=100
    )
    cache: int = setting(
        16384, "Evaluations that each thread keeps for positions that come again.", least=0, most=1 << 24
    )
    engine: str = setting("auto", "What runs the network: auto, openvino, tensorflow, jax, torch or keras.")
    sgf: bool = setting(True, "Also write each generation's games as one SGF collection.")
    seed: int = setting(1, "Decides the chances of every game.", least=0)

    def search(self) -> SearchSettings:
        """Return the constants of the search."""
        from golois.search import SearchSettings

        return SearchSettings(
            cpuct=self.cpuct,
            gumbel=self.considered if self.root == "gumbel" else 0,
            gumbel_scale=self.gumbel_scale,
            noise_weight=self.noise_weight if self.root == "puct" else 0.0,
            noise_alpha=self.noise_alpha,
            symmetry="random",
            cache=self.cache,
        )


@dataclass(frozen=True)
class WindowSettings:
    """Which games are learned from, and kept."""

    least: int = setting(20_000, "Positions of the window while there are no more.", least=1)
    growth: float = setting(
        0.75,
        "The window grows with the positions played to this power (KataGo: 0.75); 0: it does not grow.",
        least=0,
        most=1,
    )
    slope: float = setting(0.4, "How fast it begins to grow: positions of window for each one played.", least=0, most=1)
    disk_gigabytes: float = setting(
        10.0, "The games take no more; the oldest are deleted, first those out of the window.", least=0.001
    )


@dataclass(frozen=True)
class TrainSettings:
    """How the network learns."""

    batch: int = setting(256, "Positions of a step.", least=1, most=65536)
    passes: float = setting(6.0, "How often a position is learned from, on average.", least=0.01, most=1000)
    optimizer: str = setting("muon", "muon, adamw or sgd.", choices=("muon", "adamw", "sgd"))
    learning_rate: float = setting(0.002, "Its highest value.", least=1e-8, most=10)
    warmup: int = setting(100, "Steps until it is reached.", least=0)
    weight_decay: float = setting(0.01, "Of kernels, not of biases.", least=0, most=1)
    clip: float = setting(1.0, "Greatest norm of the gradient; 0: any.", least=0)
    value_weight: float = setting(
        4.0,
        "Weight of the value's squared error beside the policy's cross-entropy; 4 with chances from 0 to 1 is "
        "AlphaZero's 1 with values from -1 to 1.",
        least=0,
    )
    search_weight: float = setting(
        0.25, "Weight of the search's value against the game's result in the value to learn.", least=0, most=1
    )
    averaging: float = setting(
        0.98, "Momentum of the averaged weights, which are what plays; 0: none.", least=0, most=0.99999
    )
    precision: str = setting(
        "auto",
        "Arithmetic: auto, float32, mixed_bfloat16 or mixed_float16.",
        choices=("auto", "float32", "mixed_bfloat16", "mixed_float16"),
    )
    distribute: str = setting(
        "none", "none, or mirrored: share each batch among all GPUs.", choices=("none", "mirrored")
    )
    threads: int = setting(1, "Threads that fill batches.", least=1, most=256)
    seed: int = setting(1, "Decides first weights, order and symmetries.", least=0)


@dataclass(frozen=True)
class GateSettings:
    """How networks are compared."""

    method: str = setting(
        "none", "none: every network plays; sprt: only one that a match shows to be stronger.", choices=("none", "sprt")
    )
    elo_0: float = setting(0.0, "sprt: a network no stronger than this is refused.", least=-1000, most=1000)
    elo_1: float = setting(35.0, "sprt: one that is stronger by this is taken.", least=-1000, most=1000)
    most_games: int = setting(400, "sprt: after so many games the better score decides.", least=2, most=100_000)
    visits: int = setting(32, "Visits of each move in all matches.", least=2, most=100_000)
    opening_moves: int = setting(
        6, "Moves drawn from the policy, others for each pair of games with colours swapped.", least=0, most=100
    )
    parallel: int = setting(64, "Games of a match at once.", least=1, most=4096)
    every: int = setting(4, "Every so many generations a network meets earlier ones, for the Elo curve.", least=1)
    games: int = setting(32, "Games against each of them; 0: none.", least=0, most=100_000)
    opponents: int = setting(
        2, "How many of them: the latest that was rated, the 4th latest, the 9th latest, ...", least=1, most=20
    )
    anchors: tuple[str, ...] = setting(
        ("random",), "Fixed opponents: random, policy (the network without search), gnugo.", choices=ANCHORS
    )
    anchor_games: int = setting(32, "Games against each of them.", least=2, most=100_000)
    anchor_every: int = setting(4, "Every so many generations.", least=1)
    gnugo: str = setting("gnugo", "The program of the anchor gnugo.")
    gnugo_level: int = setting(1, "Its level.", least=0, most=10)
    seed: int = setting(1, "Decides the openings.", least=0)

    def __post_init__(self) -> None:
        if self.elo_1 <= self.elo_0:
            raise GoloisError(f"elo_1 = {self.elo_1:g} must be above elo_0 = {self.elo_0:g}")
        for name in ("games", "anchor_games", "most_games"):
            if getattr(self, name) % 2:
                raise GoloisError(f"{name} = {getattr(self, name)}: an even number lets both sides have Black equally")
