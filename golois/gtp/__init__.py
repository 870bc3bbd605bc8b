"""The Go Text Protocol, version 2, as graphical programs speak it.

`protocol` reads lines and writes answers, `engine` holds the game and its player, `commands` answers each
command, `loop` joins them to a stream of lines. `clock` divides the time, `decision` is what belongs to choosing a
move beside the search, `analysis_lines` words what it found. `client` is the other
side, a program that is asked; `follower` keeps one in step with a game.
"""
