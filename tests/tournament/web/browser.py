"""A real Chromium for the tests, headless, and the folder in which it leaves its pictures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PICTURES = Path(__file__).resolve().parents[3] / ".artefacts"
SIZES = {"desktop": (1200, 900), "phone": (390, 800)}


@contextmanager
def chromium() -> Iterator:
    """Start the browser, or skip the test where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed (Debian: apt install chromium)")
    with api.sync_playwright() as playwright:
        # inside containers tests often run as root, which Chromium's own sandbox refuses
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@contextmanager
def visit(browser, address: str, device: str = "desktop", scheme: str = "light", **options) -> Iterator:
    """Open a page as on a device; an error of a script, or something refused by the page's policy, fails the test."""
    width, height = SIZES[device]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, base_url=address, **options
    )
    context.set_default_timeout(60_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: "Content Security Policy" in message.text and problems.append(message.text))
    page.picture = lambda name: page.screenshot(path=PICTURES / f"{name}-{device}-{scheme}.png", full_page=True)
    yield page
    context.close()
    assert problems == []
