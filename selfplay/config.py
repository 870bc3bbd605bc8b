"""What a run does: one TOML file that a person may read and edit, every key checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from golois.errors import GoloisError
from golois.rules import Rules
from golois.toml_settings import lines_of, nearest, read_toml, settings_of
from selfplay.settings import (
    BoardSettings,
    GateSettings,
    NetworkSettings,
    PlaySettings,
    TrainSettings,
    WindowSettings,
)

if TYPE_CHECKING:
    from nets.architectures.shape import NetworkShape

SECTIONS = {
    "board": "The game.",
    "network": "The network; a run keeps to one.",
    "play": "Playing: `golois selfplay play`.",
    "window": "The games that are learned from: the latest ones.",
    "train": "Learning: `golois selfplay train`.",
    "gate": "Judging: `golois selfplay gate`.",
}


@dataclass(frozen=True)
class Config:
    """A run's configuration; each attribute is a section of the file, see `selfplay.settings`."""

    board: BoardSettings = field(default_factory=BoardSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    play: PlaySettings = field(default_factory=PlaySettings)
    window: WindowSettings = field(default_factory=WindowSettings)
    train: TrainSettings = field(default_factory=TrainSettings)
    gate: GateSettings = field(default_factory=GateSettings)

    @property
    def rules(self) -> Rules:
        """The rules, with the komi of an even game."""
        return Rules.preset(self.board.rules, self.board.komi)

    @property
    def shape(self) -> NetworkShape:
        """The shape of the network."""
        from nets.quiet import import_keras

        import_keras()
        from nets.architectures.shape import NetworkShape

        network, size = self.network, self.board.size
        return NetworkShape(
            family=network.family,
            blocks=network.blocks,
            filters=network.filters,
            planes=network.planes,
            moves=size * size + 1,
            normalization=network.normalization,
            board_size=size,
        )

    def to_toml(self) -> str:
        """Return the file's text, every value with the comment that explains it."""
        lines = ["# A run of self-play: `golois selfplay run --config` with the name of this file."]
        for name, about in SECTIONS.items():
            lines += ["", f"# {about}", f"[{name}]", *lines_of(getattr(self, name))]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, path: Path) -> Config:
        """Read a configuration file; what it leaves out has its usual value.

        Raises:
            GoloisError: it is missing, is no TOML, or holds an unknown name or an impossible value.
        """
        tables = read_toml(path)
        try:
            return cls.from_tables(tables)
        except GoloisError as error:
            raise GoloisError(f"{path}: {error}") from error

    @classmethod
    def from_tables(cls, tables: dict[str, Any]) -> Config:
        """Make a configuration of sections as TOML gives them.

        Raises:
            GoloisError: an unknown name or an impossible value.
        """
        kinds = get_type_hints(cls)
        sections = {}
        for name, values in tables.items():
            if name not in SECTIONS:
                raise GoloisError(f"unknown section [{name}]{nearest(name, SECTIONS)}")
            if not isinstance(values, dict):
                raise GoloisError(f"{name} = {values!r}: [{name}] is a section, with its settings in lines below it")
            sections[name] = settings_of(kinds[name], values, name)
        return cls(**sections)
