"""What only some installations or only a child process need is not loaded by every bot: each costs megabytes."""

import subprocess
import sys

HEAVY = (
    *("highspy", "numpy", "psycopg", "typst", "PIL", "resvg_py", "xlsxwriter", "docx", "docxtpl", "python_calamine"),
    *("cryptography", "segno", "sqlalchemy.dialects.postgresql", "starlette", "uvicorn"),
)


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = f"import sys, main; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == []
