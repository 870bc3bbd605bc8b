"""The queue of uploads: files come in, are checked one after the other as `golois submit` does, and enter or not."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from golois.errors import GoloisError
from tournament.folder import Tournament
from tournament.submission import SubmissionRefused, submit
from tournament.verdict import Verdict, accepted, refused
from tournament.web.identity import new_identity
from tournament.web.submit.receiving import PARTIAL, receive
from tournament.web.submit.storage import Upload, UploadStorage

CLOSED = "submissions closed"
"""The note in the database that is there while no submissions are taken."""
MOST_AT_ONCE = 16
LONGEST_FILE_NAME = 120


class Closed(GoloisError):
    """The organiser takes no submissions at present."""


class Busy(GoloisError):
    """Too many files are on their way; a little later there is room."""


class Uploads:
    """Takes files and lets them be checked.

    Args:
        tournament: into which accepted networks enter.
        folder: for the files that wait for their check.
        most_bytes: of a file.
    """

    def __init__(self, tournament: Tournament, folder: Path, most_bytes: int) -> None:
        self.tournament = tournament
        self.folder = folder
        self.most_bytes = most_bytes
        self._storage = UploadStorage(tournament.database)
        self._under_way: set[str] = set()  # the teams that are sending a file
        self._arrived = asyncio.Event()
        self._changed = asyncio.Condition()

    @property
    def are_open(self) -> bool:
        """Whether submissions are taken."""
        return self.tournament.database.note(CLOSED) is None

    def set_open(self, are_open: bool) -> None:
        """Take submissions from now on, or none; what has arrived is checked."""
        self.tournament.database.set_note(CLOSED, None if are_open else "by the organiser")

    def waiting(self) -> list[Upload]:
        """Return what is to be checked, oldest first."""
        return self._storage.waiting()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Check what comes while the context lasts, and what was waiting when the site last ended."""
        await asyncio.to_thread(self._tidy)
        checking = asyncio.create_task(self._check_all())
        try:
            yield
        finally:
            checking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await checking

    async def take(self, team: str, file_name: str, pieces: AsyncIterator[bytes]) -> str:
        """Take a team's file and return the id under which its verdict is found.

        Raises:
            Closed: no submissions are taken.
            Busy: too many files are on their way, or one of this team.
            NotReceived: it did not arrive whole, or is too large.
        """
        if not await asyncio.to_thread(lambda: self.are_open):
            raise Closed("submissions are closed")
        if team in self._under_way:
            raise Busy("another file of this team is on its way")
        if len(self._under_way) >= MOST_AT_ONCE:
            raise Busy(f"{MOST_AT_ONCE} files are on their way: try again in a moment")
        identity = new_identity()
        self._under_way.add(team)
        try:
            size = await receive(pieces, self._path(identity), self.most_bytes)
            replaced = await asyncio.to_thread(self._storage.add, identity, team, label(file_name), size)
        finally:
            self._under_way.discard(team)
        for upload in replaced:
            self._path(upload.id).unlink(missing_ok=True)
        self._arrived.set()
        return identity

    async def find(self, identity: str, seconds: float = 0) -> tuple[Upload, int] | None:
        """Return an upload and how many are checked before it, waiting so long for a verdict; None without one."""
        found = await asyncio.to_thread(self._storage.find, identity)
        if found is not None and found[0].verdict is None and seconds > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds), self._changed:
                    await self._changed.wait()
            return await asyncio.to_thread(self._storage.find, identity)
        return found

    async def _check_all(self) -> None:
        while True:
            self._arrived.clear()
            upload = await asyncio.to_thread(self._storage.begin)
            if upload is None:
                await self._arrived.wait()
                continue
            await self._tell()
            verdict = await asyncio.to_thread(self._check, upload)
            await asyncio.to_thread(self._storage.end, upload, verdict)
            self._path(upload.id).unlink(missing_ok=True)
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _check(self, upload: Upload) -> Verdict:
        """Enter a network and return the verdict; one that entered just before a kill is not entered twice."""
        path = self._path(upload.id)
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            for entry in self.tournament.database.submissions():
                if (entry.team, entry.digest) == (upload.team, digest) and entry.submitted_at >= upload.received_at:
                    return accepted(entry)
            return accepted(submit(path, upload.team, self.tournament.path, who="site", name=upload.file_name))
        except SubmissionRefused as error:
            return refused(upload.team, error)
        except (OSError, GoloisError) as error:
            return refused(upload.team, SubmissionRefused([f"the site could not check the file ({error}): try again"]))

    def _tidy(self) -> None:
        """Forget what a killed site has left: halves of files, and files that nobody waits for."""
        self._storage.begin_again()
        known = {self._path(upload.id) for upload in self._storage.waiting()}
        for path in self.folder.glob("*"):
            if path.suffix == PARTIAL or path not in known:
                path.unlink(missing_ok=True)

    def _path(self, identity: str) -> Path:
        return self.folder / f"{identity}.h5"


def label(file_name: str) -> str:
    """Return what a file is called in tables: the last part of its name, what cannot be shown left out."""
    name = PurePosixPath(PureWindowsPath(unicodedata.normalize("NFC", file_name)).name).name
    shown = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    return " ".join(shown.split())[:LONGEST_FILE_NAME] or "network.h5"
