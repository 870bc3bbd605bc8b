"""A real server, killed in the middle of an upload: half a file is forgotten, and the site starts again."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from golois.errors import GoloisError
from tournament.folder import Tournament
from tournament.teams import Teams


def test_a_site_killed_during_an_upload_starts_again(make_tournament, open_site, checked):
    folder = make_tournament("Ada")
    with Tournament.open(folder) as tournament:
        token = Teams(tournament.database).add("Ada")
    command = [sys.executable, "-m", "golois", "serve", str(folder), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = urlsplit(server.stdout.readline().split()[-1])
            with socket.create_connection((address.hostname, address.port)) as connection:
                connection.sendall(
                    f"POST /api/submissions?team=Ada HTTP/1.1\r\nHost: {address.netloc}\r\n"
                    f"Authorization: Bearer {token}\r\nContent-Length: 4000000\r\n\r\n".encode()
                )
                connection.sendall(b"x" * 2_000_000)
                deadline = time.monotonic() + 60
                while not list(folder.glob("site/uploads/*.part")):
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
                with (
                    Tournament.open(folder) as second,
                    pytest.raises(GoloisError, match="is served by another process"),
                ):
                    second.serving().__enter__()
                server.kill()
        finally:
            server.kill()
    assert list(folder.glob("site/uploads/*.part"))
    client = open_site(folder)
    assert not list(folder.glob("site/uploads/*"))
    headers = {"Authorization": f"Bearer {token}"}
    assert client.post("/api/submissions?team=Ada", headers=headers, content=b"weights").status_code == 202
