"""The rooms import one another in one direction, the sandbox stands alone, and no folder is a heap."""

import ast
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("models", "corps", "bot", "handlers", "scheduler", "web", "sandbox")
MAY_IMPORT = {
    "models": set(),
    "corps": {"models"},
    "bot": {"corps", "models"},
    "handlers": {"bot", "corps", "models"},
    "scheduler": {"bot", "corps", "models"},
    "web": {"bot", "corps", "models"},
    "sandbox": set(),
}
FAR_TOO_LONG = 400
MODULES_IN_A_FOLDER, CONVERSATIONS_IN_A_FOLDER = 20, 35
"""`handlers`, `bot/views` and `bot/callbacks` hold one module a conversation."""


def modules() -> Iterator[tuple[str, Path]]:
    """Yield every source file with its room."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield room, path


def imported(path: Path) -> set[str]:
    """Return the top-level names a file imports, late imports too."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    above = set(ROOMS) - MAY_IMPORT[room] - {room} | {"main", "tests", "benchmarks"}
    wrong = {str(path): found for place, path in modules() if place == room and (found := imported(path) & above)}
    assert not wrong


def test_corps_and_models_know_no_telegram_no_clock_and_no_event_loop() -> None:
    strangers = {"telegram", "pytz", "asyncio", "dotenv", "apscheduler", "starlette", "aiohttp", "httpx", "structlog"}
    wrong = {str(path): imported(path) & strangers for room, path in modules() if room in ("corps", "models")}
    assert not {path: found for path, found in wrong.items() if found}


def test_only_the_adapter_of_telegram_knows_telegram_and_only_main_knows_the_adapter() -> None:
    adapter = ROOT / "bot" / "telegram"
    others = [path for _, path in modules() if adapter not in path.parents]
    knowing = {str(path) for path in [*others, ROOT / "main.py"] if "telegram" in imported(path)}
    assert not knowing
    composing = {path for path in others if "bot.telegram" in path.read_text(encoding="utf-8")}
    assert not composing


def test_no_address_of_telegram_is_written_outside_its_adapter() -> None:
    adapter = ROOT / "bot" / "telegram"
    said = {
        str(path)
        for room, path in modules()
        if room != "sandbox" and adapter not in path.parents and "t.me/" in path.read_text(encoding="utf-8")
    }
    assert not said


def test_the_time_is_read_in_one_place() -> None:
    allowed = {ROOT / "bot" / "runtime" / "clock.py"}
    for room, path in modules():
        if room == "sandbox" or path in allowed:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("utcnow", "today"):
                assert not (isinstance(node.value, ast.Attribute | ast.Name) and "date" in ast.unparse(node.value)), (
                    path
                )
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "dt.datetime.now",
                "datetime.now",
                "time.time",
            ):
                raise AssertionError(f"{path}:{node.lineno} reads the time")
        assert "pytz" not in imported(path), path


def test_operations_commit_nothing_themselves() -> None:
    for room, path in modules():
        if room in ("corps", "handlers"):
            calls = {ast.unparse(n.func) for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)}
            assert not {call for call in calls if call.endswith((".commit", ".rollback"))}, path


def test_handlers_hold_no_sql_and_no_sentence() -> None:
    for room, path in modules():
        if room != "handlers":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not called & {"select", "update", "delete", "insert", "text", "session.exec", "session.execute"}, path
        silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
                silent |= {id(argument) for argument in node.args}  # what is read, not said
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
                assert not any("\u4e00" <= char <= "\u9fff" for char in node.value), f"{path}:{node.lineno} speaks"


def test_handlers_decide_nothing_with_a_session() -> None:
    """A handler parses, runs one operation of the corps and shows a view: another channel needs no line of it."""
    for room, path in modules():
        if room != "handlers":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert "sqlmodel" not in imported(path), path
        names = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not names & {"session", "Session"}, path
        taken = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module in ("corps", "corps.conversations")
            for alias in node.names
        }
        assert "conversations" not in taken, f"{path} keeps a conversation itself"
        assert not taken & {"put", "drop", "set_aside", "find", "find_open", "find_answered"}, path
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("turn.run", "turn.database.run"):
                operation = node.args[0]
                assert isinstance(operation, ast.Attribute), f"{path}:{node.lineno} runs something of its own"


def test_a_file_can_be_read_in_one_sitting() -> None:
    lengths = sorted((len(path.read_text(encoding="utf-8").splitlines()), str(path)) for _, path in modules())
    assert lengths[-1][0] <= FAR_TOO_LONG, lengths[-3:]


def test_a_folder_can_be_taken_in_at_a_glance() -> None:
    folders = Counter(path.parent for _, path in modules() if path.name != "__init__.py")
    conversations = {ROOT / "handlers", ROOT / "bot" / "views", ROOT / "bot" / "callbacks"}
    heaps = {
        str(folder): count
        for folder, count in folders.items()
        if count > (CONVERSATIONS_IN_A_FOLDER if folder in conversations else MODULES_IN_A_FOLDER)
    }
    assert not heaps


def test_nothing_is_left_to_do_later() -> None:
    for _, path in modules():
        with path.open("rb") as file:
            comments = [t.string for t in tokenize.tokenize(file.readline) if t.type == tokenize.COMMENT]
        assert not [c for c in comments if any(word in c for word in ("TODO", "FIXME", "XXX"))], path


def test_the_layers_are_a_contract_that_a_linter_checks_too() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_only_main_and_tests_know_the_sandbox() -> None:
    knowing = {path for room, path in modules() if room != "sandbox" and "sandbox" in imported(path)}
    assert not knowing
    assert "sandbox" in imported(ROOT / "main.py")


def test_a_view_keeps_no_list_of_kinds_of_notice() -> None:
    """What a view asks of a kind is said where it is declared. Only the register of views names them all."""
    lists: list[str] = []
    for path in sorted((ROOT / "bot" / "views").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        registers = {id(node.args[0]) for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args}
        lists += [
            f"{path.name}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Tuple | ast.Set | ast.List)
            and len(node.elts) > 1
            and all(ast.unparse(one).startswith("Kind.") for one in node.elts)
            and not (path.name == "notices.py" and id(node) in registers)
        ]
    assert not lists


def test_what_others_use_says_in_english_what_it_does() -> None:
    """The linter asks for a docstring; this asks for words: a button's name alone, or one word, tells nothing."""
    silent: list[str] = []
    for _, path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        places = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef)]
        for node in (node for place in places for node in place.body):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_":
                said = re.sub(r"`[^`]*`", "", ast.get_docstring(node) or "")
                if len(re.findall(r"[A-Za-z']{2,}", said)) < 2:
                    silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not silent
