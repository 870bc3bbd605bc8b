"""Read untrusted Keras .h5 files of every generation, without running anything that is in them.

`check_network` and `understand_safely` do their work in a disposable subprocess with limits; what comes back is a
`Network`, a description of plain operations and arrays, and that is what plays.
"""

from __future__ import annotations

from nets.reader.check import NetworkReport, check_network
from nets.reader.description import Network
from nets.reader.errors import NetworkError
from nets.reader.limits import DEFAULT_LIMITS, Limits
from nets.reader.sandbox import understand_safely

__all__ = [
    "DEFAULT_LIMITS",
    "Limits",
    "Network",
    "NetworkError",
    "NetworkReport",
    "check_network",
    "understand_safely",
]
