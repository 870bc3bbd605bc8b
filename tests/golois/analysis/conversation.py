"""A conversation in KataGo's analysis protocol with a network that knows nothing."""

from __future__ import annotations

import io
import json
from typing import Any

from golois.analysis.loop import AnalysisEngine
from golois.evaluator import UniformEvaluator
from golois.search import Search


def load() -> Search:
    return Search(UniformEvaluator(), games=3, leaves=2, capacity=400)


def converse(*requests: dict[str, Any] | str, load_search: Any = load, **options: Any) -> list[dict[str, Any]]:
    """Send requests, all at once; return all responses."""
    lines = [request if isinstance(request, str) else json.dumps(request) for request in requests]
    sink = io.BytesIO()
    engine = AnalysisEngine(load_search, visits=20, model="test", **options)
    engine.run(io.BytesIO("".join(line + "\n" for line in lines).encode()), sink)
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def request(identity: str = "q", **fields: Any) -> dict[str, Any]:
    return {
        "id": identity,
        "moves": [],
        "rules": "tromp-taylor",
        "komi": 7.5,
        "boardXSize": 19,
        "boardYSize": 19,
    } | fields
