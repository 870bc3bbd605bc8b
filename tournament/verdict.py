"""What a team is told about its file: the same words and the same JSON object at the command line and on the site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tournament.database import Submission
from tournament.submission import SubmissionRefused

Verdict = dict[str, Any]
"""`accepted`, `team`, then `digest` and `submitted_at` or `reasons`, and what the check found out."""


def accepted(entry: Submission) -> Verdict:
    """Return the verdict on a network that has entered."""
    return {
        **entry.report,
        "accepted": True,
        "team": entry.team,
        "digest": entry.digest,
        "submitted_at": entry.submitted_at,
    }


def refused(team: str, error: SubmissionRefused) -> Verdict:
    """Return the verdict on a network that has not."""
    return {"accepted": False, "team": team, "reasons": error.reasons, **error.report}


def facts(verdict: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a team reads of its accepted network: names and values."""
    lines = [
        ("parameters", f"{verdict['parameters_total']:,} in total, {verdict['parameters_trainable']:,} trainable"),
        ("planes", str(verdict["planes"])),
        ("outputs", f"policy {verdict['policy_outputs']}, value {verdict['value_activation']}"),
    ]
    if verdict.get("milliseconds") is not None:
        lines.append(("speed", f"{verdict['milliseconds']:.2f} ms per position"))
    lines.append(("digest", verdict["digest"]))
    return lines + [("note", warning) for warning in verdict["warnings"]]
