"""Matches between two players: networks with search, networks alone, and any program that speaks GTP.

`play` plays games side by side on a referee's board, `timed` asks for moves under a clock, `programs` talks to
programs, `statistics` turns results into Elo and SPRT, `ratings` does so for many players at once, `folder` keeps
every game so that a match can be resumed.
"""
