"""A limit on tries: some at once, then as fast as time gives them back, each key for itself."""

from __future__ import annotations

from tournament.web import rate_limit
from tournament.web.rate_limit import RateLimit


def test_tries_come_back_one_by_one():
    time = [0.0]
    limit = RateLimit(3, 60, clock=lambda: time[0])
    for _ in range(3):
        assert limit.wait("a") == 0
        limit.spend("a")
    assert limit.wait("a") == 20
    assert limit.wait("b") == 0
    time[0] = 20
    assert limit.wait("a") == 0
    limit.spend("a")
    assert limit.wait("a") == 20


def test_the_memory_of_a_limit_is_bounded(monkeypatch):
    monkeypatch.setattr(rate_limit, "MOST_KEYS", 3)
    limit = RateLimit(1, 60, clock=lambda: 0.0)
    for key in "abcd":
        limit.spend(key)
    assert limit.wait("a") == 0  # forgotten
    assert limit.wait("d") == 60
