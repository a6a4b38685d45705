"""Headless Chromium, and the program as an operator starts it, with a sample corps of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.window import PATIENCE, Window
from tests.program import Program

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. It goes with its module: while it is there no other event loop may run in the process."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there (Debian: apt-get install chromium fonts-noto-cjk)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def program(tmp_path: Path, sample_file: Path) -> Iterator[Program]:
    """The program, running, with the sandbox and its sample corps."""
    (tmp_path / "sandbox.db").write_bytes(sample_file.read_bytes())
    started = Program(tmp_path)
    assert started.url, started.said
    yield started
    assert started.stop() == 0


@pytest.fixture
def window(browser: Browser, program: Program) -> Iterator[Window]:
    """The page in a wide window; nothing on it may go wrong unseen."""
    yield from _window(browser, program, 1440, 900)


@pytest.fixture
def phone(browser: Browser, program: Program) -> Iterator[Window]:
    """The page on a phone."""
    yield from _window(browser, program, 390, 844)


def _window(browser: Browser, program: Program, width: int, height: int) -> Iterator[Window]:
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=width < 500, locale="zh-CN")
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    yield Window(page, program.url)
    context.close()
    assert trouble == []
