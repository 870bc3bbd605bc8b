"""The games: a list with filters, and a page for each."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
