"""The report of a tournament: one page that needs no network, and the same as CSV and JSON."""

from __future__ import annotations

from tournament.report.build import write_report

__all__ = ["write_report"]
