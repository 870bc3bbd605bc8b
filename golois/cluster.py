"""Being connected to a Ray cluster, for whatever plays on several machines."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import warnings
from collections.abc import Iterator

from golois.errors import GoloisError


def _check_reachable(address: str) -> None:
    """Refuse a HOST:PORT where nobody listens at once: Ray itself tries for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "/" in address:
        return
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except (OSError, OverflowError) as error:
        raise GoloisError(f"no Ray cluster answers at {address}: {error}") from error


@contextlib.contextmanager
def connected(address: str, cpus: int | None = None) -> Iterator[None]:
    """Be connected to the Ray cluster at an address, as `ray.init` understands it; `local` starts one here.

    Args:
        address: HOST:PORT, `auto` or `local`.
        cpus: how many a cluster started here offers; left out, those that the machine has.

    Raises:
        GoloisError: Ray is not installed, or no cluster answers there.
    """
    try:
        import ray
    except ImportError as error:
        raise GoloisError("playing on several machines needs Ray: pip install 'golois[ray]'") from error
    _check_reachable(address)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Ray about its own defaults
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nobody asked for reports to Ray's makers
            own = {"num_cpus": cpus, "include_dashboard": False} if address == "local" else {}
            ray.init(address=address, log_to_driver=False, logging_level=logging.WARNING, **own)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise GoloisError(f"no Ray cluster answers at {address}: {error}") from error
    try:
        yield
    finally:
        ray.shutdown()
