"""Loading a network behind the answers of an engine, without a failure that nobody sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from golois.errors import GoloisError

T = TypeVar("T")


def announcing(load: Callable[[], T], failures: list[GoloisError]) -> Callable[[], T]:
    """Tell a failure on standard error at once: many programs show that, and the user need not wait for a move.

    Args:
        load: makes what plays or analyses.
        failures: gets the failure as well, for the exit status.

    Returns:
        `load`, whose every failure is a GoloisError.
    """

    def tell(failure: GoloisError) -> None:
        failures.append(failure)
        click.echo(f"Error: {failure}", err=True)

    def announce() -> T:
        try:
            return load()
        except GoloisError as error:
            tell(error)
            raise
        except Exception as error:
            failure = GoloisError(f"the network could not be loaded: {type(error).__name__}: {error}")
            tell(failure)
            raise failure from error

    return announce
