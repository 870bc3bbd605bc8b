"""Players' ranks as one small number, so that a store can be asked for strong games.

0 unknown | 1 .. 30 = 30 kyu .. 1 kyu | 31 .. 40 = 1 .. 10 dan | 41 .. 50 = 1 .. 10 dan professional
"""

from __future__ import annotations

import re
import unicodedata

from golois.errors import GoloisError

UNKNOWN_RANK = 0
_BASE = {"d": 30, "p": 40}
_WORDS = {
    "k": "k", "kyu": "k", "gup": "k", "级": "k", "級": "k",
    "d": "d", "dan": "d", "段": "d",
    "p": "p", "pro": "p", "ping": "p",
}  # fmt: skip
_NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", start=1)}
_RANK = re.compile(
    r"(p|pro)?\s*(\d+|[一二三四五六七八九十])\s*-?\s*(kyu|gup|dan|ping|pro|k|d|p|级|級|段)\s*(p|pro|professional)?"
)


def rank_from_text(text: str) -> int:
    """Return the number of a rank as records spell it (`9d`, `5p`, `3 kyu`, `P9段`, `6d?`); 0 when it says none.

    Professional and amateur dan both keep their number; 30 kyu is the lowest and 10 dan the highest.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower().rstrip("?*+ ")
    match = _RANK.fullmatch(plain)
    if match is None:
        return UNKNOWN_RANK
    number = _NUMERALS[match[2]] if match[2] in _NUMERALS else int(match[2])
    kind = _WORDS[match[3]]
    if kind == "d" and (match[1] or match[4]):
        kind = "p"
    if kind == "k":
        return 31 - number if 1 <= number <= 30 else UNKNOWN_RANK
    return _BASE[kind] + number if 1 <= number <= 10 else UNKNOWN_RANK


def text_from_rank(rank: int) -> str:
    """Return `9d`, `5p`, `3k`, or `?` for 0."""
    if rank == UNKNOWN_RANK:
        return "?"
    if rank <= 30:
        return f"{31 - rank}k"
    return f"{rank - 30}d" if rank <= 40 else f"{rank - 40}p"


def parse_rank(text: str) -> int:
    """Return the number of a rank that a user asked for.

    Raises:
        GoloisError: `text` is no rank.
    """
    rank = rank_from_text(text)
    if rank == UNKNOWN_RANK:
        raise GoloisError(f"{text!r} is not a rank; expected for example 6d, 3k or 1p")
    return rank
