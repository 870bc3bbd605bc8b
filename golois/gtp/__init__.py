"""The Go Text Protocol, version 2, as graphical programs speak it.

`protocol` reads lines and writes answers, `engine` holds the game and its player, `commands` answers each
command, `loop` joins them to a stream of lines.
"""
