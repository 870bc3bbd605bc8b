"""The organiser's token, in a file that only its owner can read, and the cookie of who has shown it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from pathlib import Path

from golois.errors import GoloisError

COOKIE = "golois_admin"
SECONDS_SIGNED_IN = 12 * 3600


class AdminKey:
    """Recognises the organiser.

    Args:
        path: the file with the token on its first line; it is made, with a new token, where there is none.

    Raises:
        GoloisError: the file cannot be read or made, is empty, or others can read it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                pass
            else:
                with os.fdopen(descriptor, "w") as file:
                    file.write(secrets.token_urlsafe(24) + "\n")
            if os.name == "posix" and path.stat().st_mode & 0o077:
                raise GoloisError(f"{path} holds the organiser's token and others can read it: chmod 600 {path}")
            token = path.read_text(encoding="utf-8").partition("\n")[0].strip()
        except OSError as error:
            raise GoloisError(f"{path}, for the organiser's token, cannot be used ({error.strerror})") from error
        if len(token) < 16:
            raise GoloisError(f"{path} should hold a token of 16 characters or more; delete it and one is made")
        self._hash = hashlib.sha256(token.encode()).digest()

    def opens(self, token: str) -> bool:
        """Whether this is the organiser's token; takes the same time for every token."""
        return hmac.compare_digest(hashlib.sha256(token.strip().encode()).digest(), self._hash)

    def cookie(self) -> str:
        """Return a cookie that shows for some hours that its bearer knew the token."""
        return self._signed(str(int(time.time()) + SECONDS_SIGNED_IN))

    def recognises(self, cookie: str | None) -> bool:
        """Whether a cookie was made here and is still good."""
        until = (cookie or "").partition(".")[0]
        if not (until.isascii() and until.isdigit()) or int(until[:12]) < time.time():
            return False
        return hmac.compare_digest(self._signed(until).encode(), (cookie or "").encode())

    def _signed(self, until: str) -> str:
        return f"{until}.{hmac.new(self._hash, f'admin until {until}'.encode(), hashlib.sha256).hexdigest()}"
