"""The one error that users see as a line of text instead of a traceback."""

from __future__ import annotations


class GoloisError(Exception):
    """Something the user can mend: the message names the file, the place, the value and the way out.

    The console script prints the message as one line and ends with exit status 1.
    """
