"""The error of everything that reads or runs a network file."""

from __future__ import annotations

from golois.errors import GoloisError


class NetworkError(GoloisError):
    """A network file cannot be used: the message names the place, the value and what to do."""
