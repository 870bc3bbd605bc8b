"""The tables of a tournament's database: who was submitted, what was planned, which games were played.

A game is known by its pairing and its number in it; what remains to be played is what was planned and is not there.
"""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKey, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("team", Text, nullable=False),
    Column("digest", Text, nullable=False, comment="SHA-256 of the file, in hexadecimal"),
    Column("file_name", Text, nullable=False, comment="as it was submitted"),
    Column("submitted_at", Text, nullable=False, comment="ISO 8601, UTC"),
    Column("submitted_by", Text, nullable=False),
    Column("report", Text, nullable=False, comment="what the check found, JSON"),
    Column("withdrawn", Text, comment="why it plays no more, or NULL"),
)

pairings = Table(
    "pairings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("first", Integer, ForeignKey("submissions.id"), nullable=False),
    Column("second", Integer, ForeignKey("submissions.id"), nullable=False),
    Column("games", Integer, nullable=False),
)

games = Table(
    "games",
    metadata,
    Column("pairing", Integer, ForeignKey("pairings.id"), primary_key=True, autoincrement=False),
    Column(
        "number",
        Integer,
        primary_key=True,
        autoincrement=False,
        comment="games 2k and 2k+1 have the same opening and swapped colours",
    ),
    Column("black", Integer, ForeignKey("submissions.id"), nullable=False),
    Column("white", Integer, ForeignKey("submissions.id"), nullable=False),
    Column("result", Text, nullable=False, comment="as in SGF: B+3.5, W+F (forfeit), 0 (a draw)"),
    Column("ending", Text, nullable=False, comment="how it ended, in words"),
    Column("opening", Integer, nullable=False, comment="how many first moves belong to the opening"),
    Column("moves", LargeBinary, nullable=False, comment="little-endian uint16, row * 19 + column, 361 = pass"),
    Column("rules", Text, nullable=False),
    Column("komi", Double, nullable=False),
    Column("finished_at", Text, nullable=False),
)

failures = Table(
    "failures",
    metadata,
    Column("submission", Integer, ForeignKey("submissions.id"), nullable=False),
    Column("at", Text, nullable=False),
    Column("message", Text, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
