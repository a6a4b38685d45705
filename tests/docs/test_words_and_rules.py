"""The glossary, the rules and the guide for contributors say what is so: every word and path in them is in the code."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = (
    *("main.py", "models", "corps", "bot", "handlers", "scheduler", "web", "sandbox"),
    *("migrations", "tests", "benchmarks"),
)
PAGES = (
    "docs/contributing.md",
    "docs/rules.md",
    "docs/glossary.md",
    *(f"docs/decisions/{name}.md" for name in ("packages", "channels")),
)


def sources() -> list[Path]:
    """Return every file of Python in the repository."""
    return [
        path for name in SOURCES for path in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))
    ]


def test_every_word_of_the_glossary_is_a_word_of_the_code() -> None:
    code = "\n".join(path.read_text("utf-8") for path in sources() if "tests" not in path.parts)
    written = set(re.findall(r"\w+", code))
    rows = re.findall(r"^\| (`[^|]+) \|", (ROOT / "docs" / "glossary.md").read_text("utf-8"), re.MULTILINE)
    words = {word for row in rows for quoted in re.findall(r"`([^`]+)`", row) for word in re.findall(r"\w+", quoted)}
    assert len(words) > 100
    assert words - written == set()


def test_every_rule_that_the_code_points_to_is_there() -> None:
    rules = (ROOT / "docs" / "rules.md").read_text("utf-8")
    numbered = [int(number) for number in re.findall(r"^(\d+)\. \*\*", rules, re.MULTILINE)]
    assert numbered == list(range(1, len(numbered) + 1))
    named = {int(n) for path in sources() for n in re.findall(r"rules\.md, rule (\d+)", path.read_text("utf-8"))}
    assert named
    assert named <= set(numbered)


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_for_contributors_names_is_there(page: str) -> None:
    named = set(re.findall(r"`([\w./{},*-]+/[\w./{},*-]*)`", (ROOT / page).read_text("utf-8")))
    ours = {path for path in named if (ROOT / path.split("/")[0]).is_dir()}
    assert {path for path in ours if not all(list(ROOT.glob(one)) for one in spelt_out(path))} == set()


def test_what_the_guide_looks_for_in_a_file_is_in_that_file() -> None:
    guide = (ROOT / "docs" / "contributing.md").read_text("utf-8")
    found = re.findall(r"`([\w/]+\.py)` \(((?:`\w+`(?:, )?)+)\)", guide)
    assert len(found) >= 10
    missing = [
        (file, word)
        for file, words in found
        for word in re.findall(r"\w+", words)
        if not re.search(rf"\b{word}\b", (ROOT / file).read_text("utf-8"))
    ]
    assert missing == []


def test_the_guide_shows_the_packages_of_the_corps_in_the_order_that_the_linter_holds() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    held = next(contract["layers"] for contract in contracts if contract["name"] == "corps, highest first")
    guide = (ROOT / "docs" / "contributing.md").read_text("utf-8")
    table = guide.split("| package of `corps` |")[1].split("\n\n")[0]
    shown = [set(re.findall(r"`(\w+)`", row.split("|")[1])) for row in table.splitlines()[2:]]
    assert shown == [set(re.findall(r"\w+", layer)) for layer in held]


def spelt_out(path: str) -> list[str]:
    """Return the paths that `a/{b,c}/d` stands for."""
    found = re.search(r"\{([^}]*)\}", path)
    if found is None:
        return [path.rstrip("/")]
    return [one for word in found[1].split(",") for one in spelt_out(path.replace(found[0], word, 1))]
