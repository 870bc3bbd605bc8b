"""The names of submissions and of visitors' games in addresses: random, so that nobody finds those of others."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Path

Identity = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,64}$")]
"""Declare a parameter of an address so; what cannot be a name is refused before a database sees it."""


def new_identity() -> str:
    """Return a new name: 96 random bits."""
    return secrets.token_urlsafe(12)
