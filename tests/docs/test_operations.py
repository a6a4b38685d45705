"""What the manual and the list of faults promise in numbers, tables and names is what the program does."""

import re
from pathlib import Path

from sqlmodel import SQLModel

import models
from bot.runtime import door
from bot.telegram import webhook
from models import lock, postgres
from tests.docs.test_deploy import ROOT, service
from web import adapter, forms

MANUAL = " ".join((ROOT / "docs" / "operations.md").read_text("utf-8").split())
FAULTS = (ROOT / "docs" / "failures.md").read_text("utf-8")


def test_what_is_said_of_the_doors_is_so() -> None:
    assert f"bears {door.CONNECTIONS} connections (all its doors together half of the files" in MANUAL
    assert door.SHARE_OF_FILES == 2
    assert f"{door.PER_ADDRESS} from one address" in MANUAL
    assert f"{door.HEAD_BYTES // 1000} kB and {door.HEAD_SECONDS:.0f} seconds of header" in MANUAL
    assert f"{door.BODY_BYTES / 1e6} MB and {door.BODY_SECONDS:.0f} seconds of body" in MANUAL
    assert f"nobody reads for {door.READ_SECONDS:.0f} seconds" in MANUAL
    assert f"up to {forms.MEGABYTES} MB within {adapter.BODY_SECONDS:.0f} seconds" in MANUAL
    assert webhook.BODY_MAX <= door.BODY_BYTES


def test_what_is_said_of_postgresql_is_so() -> None:
    assert f"`statement_timeout` (the bot sets {postgres.STATEMENT_SECONDS} s)" in MANUAL
    assert f"`lock_timeout` ({postgres.LOCK_SECONDS} s)" in MANUAL
    assert f"`idle_in_transaction_session_timeout` ({postgres.IDLE_SECONDS} s)" in MANUAL
    assert f"connection attempt after {postgres.CONNECT_SECONDS} seconds" in MANUAL
    assert f"without an answer after {postgres.ANSWER_SECONDS:.0f}" in MANUAL
    assert (f"The lead is a lease of {_word(lock.LEASE)} seconds") in MANUAL


def _word(number: float) -> str:
    return {8.0: "eight"}[number]


def test_a_restore_of_postgresql_passes_over_the_ids_of_every_table_with_buttons() -> None:
    listed = re.search(r"ARRAY\[(.*?)\]", MANUAL)
    assert listed is not None
    assert models is not None
    tables = SQLModel.metadata.sorted_tables
    kept = {table.name for table in tables if table.dialect_options["sqlite"]["autoincrement"]}
    assert set(re.findall(r"'(\w+)'", listed[1])) == kept


def test_what_is_said_of_the_unit_is_so() -> None:
    unit = service()
    assert (unit["MemoryMax"], unit["LimitNOFILE"]) == ("1500M", "4096")
    assert "1.5 GB of memory, 4,096 files, five starts in five minutes" in MANUAL


def test_every_fault_names_tests_that_exist() -> None:
    names = set(re.findall(r"`((?:tests/[\w/]+/)?test_\w+)`", FAULTS))
    files = {path.stem: path for path in (ROOT / "tests").rglob("test_*.py")}
    lost = [name for name in names if name.rpartition("/")[2] not in files]
    lost += [name for name in names if "/" in name and not Path(ROOT / f"{name}.py").exists()]
    assert sorted(set(lost)) == []
