"""Matches between two players: networks with search, networks alone, and any program that speaks GTP.

`play` plays games side by side on a referee's board, `programs` talks to programs, `statistics` turns results
into Elo and SPRT, `folder` keeps every game so that a match can be resumed.
"""
