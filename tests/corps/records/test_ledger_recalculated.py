"""The ledger computed anew by LibreOffice, a program of another maker: its totals are what the database says."""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from corps.records import ledger
from tests.base import Corps
from tests.corps.records.test_ledger import a_year, exported

OFFICE = shutil.which("soffice")

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here; test_ledger.py computes the formulas itself"),
]


def without_results(content: bytes) -> bytes:
    """Return a workbook without what its formulas come to: whoever opens it has to compute."""
    emptied = BytesIO()
    with ZipFile(BytesIO(content)) as parts, ZipFile(emptied, "w") as kept:
        for name in parts.namelist():
            part = parts.read(name)
            if name.startswith("xl/worksheets/"):
                part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)
            kept.writestr(name, part)
    return emptied.getvalue()


def recalculated(content: bytes, folder: Path) -> CalamineWorkbook:
    """Return a workbook as LibreOffice has computed it."""
    (folder / "asked.xlsx").write_bytes(without_results(content))
    home = f"-env:UserInstallation=file://{folder}/office"
    command = [OFFICE or "", home, "--headless", "--convert-to", "ods", "--outdir", str(folder), "asked.xlsx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return CalamineWorkbook.from_filelike(BytesIO((folder / "asked.ods").read_bytes()))


def test_its_totals_are_those_of_the_database(corps: Corps, tmp_path: Path) -> None:
    wang = a_year(corps)
    total = corps.do(wang, ledger.export, 2026).total
    rows = recalculated(exported(corps, wang), tmp_path).get_sheet_by_name("合计").to_python()
    said = [total.activities, total.people, total.minutes / 60, total.beneficiaries, total.photos]
    assert rows[1][1:6] == pytest.approx(said)
    assert rows[2][3] == pytest.approx(total.minutes / 60), "the sheet of people comes to the same"
    lines = {row[0]: row for row in rows if row[0] in ("公益讲座", "健康义诊", "沙磁好物推介", "助农结对")}
    assert {name: (row[2], row[3]) for name, row in lines.items()} == {
        "公益讲座": (1, 1), "健康义诊": (1, 1), "沙磁好物推介": (1, 1), "助农结对": (1, 1),
    }  # fmt: skip
