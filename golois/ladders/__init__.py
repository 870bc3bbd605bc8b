"""Ladders: which chains they catch, by reading each one out to the end.

`board` is the bare board that a ladder is read on, `reader` reads one, `marks` asks it for every chain of a position:
for the ladder planes, and for whoever wants to know it of a game.
"""

from golois.ladders.marks import catchable_in_ladder, lost_ladders

__all__ = ["catchable_in_ladder", "lost_ladders"]
