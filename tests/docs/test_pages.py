"""What the pages say leads somewhere: links, pictures, targets of make."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_of_a_page_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = [*re.findall(r"\]\(([^)#]+)", text), *re.findall(r'src="([^"]+)"', text)]
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)`?", re.sub(r"[.,;]", " ", _code(page)))) <= known


def _code(page: Path) -> str:
    """Return what stands in code of a page."""
    text = page.read_text("utf-8")
    return "\n".join([*re.findall(r"```sh\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)])


def test_every_decision_is_on_the_list() -> None:
    decisions = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\]\(([a-z-]+\.md)\)", (decisions / "README.md").read_text("utf-8")))
    assert listed == {page.name for page in decisions.glob("*.md")} - {"README.md"}


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").glob("*"))
    assert pictures
    assert all(picture.stat().st_size < 300_000 for picture in pictures)


def test_both_readmes_have_the_same_parts() -> None:
    counts = {
        name: [
            len(re.findall(mark, (ROOT / name).read_text("utf-8"), re.MULTILINE)) for mark in ("^## ", "^```sh", "^- ")
        ]
        for name in ("README.md", "README.zh-CN.md")
    }
    assert counts["README.md"] == counts["README.zh-CN.md"]
