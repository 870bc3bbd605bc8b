"""The networks that come with the package. Each `.h5` has a card, `.md`: data, training, hardware, figures."""

from __future__ import annotations

from pathlib import Path

from golois.errors import GoloisError


def shipped_networks() -> tuple[Path, ...]:
    """Return the files of all networks that come with the package, the strongest, which is the largest, first."""
    folder = Path(__file__).parent
    return tuple(sorted(folder.glob("*.h5"), key=lambda path: path.stat().st_size, reverse=True))


def shipped_network() -> Path:
    """Return the strongest network that comes with the package; GoloisError when none does."""
    networks = shipped_networks()
    if not networks:
        raise GoloisError(
            "no network is given and none comes with this package: use --network FILE (golois train makes one)"
        )
    return networks[0]
