"""From the bytes of an SGF file to its games' nodes: encodings and collections.

The grammar is sgfmill's. Before it stands the encoding, because in the Chinese, Japanese and Korean ones a byte
of a character may look like `]` or a backslash: the text is decoded first and parsed as UTF-8.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

from sgfmill import sgf_grammar

from golois.records.record import RecordProblem

Node = dict[str, list[bytes]]  # property identifier -> raw values, UTF-8

LARGEST_FILE = 1 << 28  # bytes
_AT_ONCE = 1 << 22  # bytes: a longer collection is parsed game by game, which is slower and takes little memory

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CHARSET = re.compile(rb"[;\]\s]CA\s*\[\s*([\w.:-]{1,40})\s*\]")
# what a record may name; Python knows codecs that are no character sets, and slow ones
_CHARSET_NAMES = re.compile(r"(utf|ascii|iso8859|iso2022|cp\d|gb|hz|big5|shift|euc|johab|koi8|mac|tis).*")
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs"}
_GUESSES = ("utf-8", "gb18030", "cp932", "cp949", "big5hkscs")
_GAME_ROOT = re.compile(rb"\(\s*;[^()]{0,2000}?\b(?:GM|FF|SZ|PB|PW|RE)\s*\[")


def games_of(content: bytes) -> Iterator[list[Node] | RecordProblem]:
    """Yield the main line of every game of a collection, or the problem that stands in its place.

    A main line is its nodes' properties from the root on; the values are UTF-8.
    """
    if len(content) > LARGEST_FILE:
        yield RecordProblem(f"{len(content):,} bytes are more than Golois reads of one SGF file ({LARGEST_FILE:,})")
        return
    text = _as_utf8(content)
    if len(text) <= _AT_ONCE:
        try:
            for tree in sgf_grammar.parse_sgf_collection(text):
                yield _main_line(tree)
            return
        except ValueError:
            pass  # one bad game must not take the others with it: game by game, then
    yield from _one_by_one(text)


def _one_by_one(text: bytes) -> Iterator[list[Node] | RecordProblem]:
    start = 0
    found = False
    while True:
        tokens, end = sgf_grammar.tokenise(text, start)
        if not tokens:
            break
        try:
            tree = sgf_grammar.parse_sgf_game(text[start:end])
        except ValueError as error:
            line = text.count(b"\n", 0, end) + 1
            yield RecordProblem(f"not valid SGF, near line {line}: {error}")
            # go on where the next game seems to begin, not at a variation of the broken one
            following = _GAME_ROOT.search(text, end)
            end = following.start() if following else len(text)
        else:
            yield _main_line(tree)
        found = True
        start = end
    if not found:
        yield RecordProblem("no SGF found: a game begins with '(;'")


def _main_line(tree: Any) -> list[Node]:
    return list(sgf_grammar.main_sequence_iter(tree))


def _as_utf8(content: bytes) -> bytes:
    """Return the text in UTF-8, decoded by its byte order mark, its CA property or the first guess that fits."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, "replace").encode("utf-8", "replace")
    if content.isascii():
        return content
    if _named_charset(content) == "utf-8":
        return content.decode("utf-8", "replace").encode("utf-8")
    # single bytes, for a file with a broken character: half of one swallows the `]` behind it
    fallback = content.decode("latin-1").encode("utf-8")
    for encoding in (_named_charset(content), *_GUESSES):
        try:
            text = content.decode(encoding).encode("utf-8")
        except (UnicodeError, LookupError):
            continue
        return text if encoding == "utf-8" or _count_nodes(text) >= _count_nodes(fallback) else fallback
    return fallback


def _count_nodes(text: bytes) -> int:
    """Return the number of nodes of the main lines, 0 when the text cannot be parsed at once."""
    if len(text) > _AT_ONCE:
        return 0
    try:
        return sum(len(_main_line(tree)) for tree in sgf_grammar.parse_sgf_collection(text))
    except ValueError:
        return 0


def _named_charset(content: bytes) -> str:
    """Return Python's name of the encoding that the CA property names, "" when it names none."""
    match = _CHARSET.search(content, 0, 1 << 16)
    if match is None:
        return ""
    try:
        name = codecs.lookup(match[1].decode("ascii", "replace")).name
    except LookupError:
        return ""
    return _WIDER.get(name, name) if _CHARSET_NAMES.fullmatch(name) and name != "utf-7" else ""
