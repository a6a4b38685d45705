"""Shows which lines and branches the tests have reached, by package, and fails where it is too little.

`python -m tests.reached`, after `pytest --cov`. `coverage report -m` lists the lines that were not reached.
"""

import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from coverage import Coverage
from pydantic import BaseModel

AT_LEAST = {"corps": 95.0, "all": 90.0}
"""Per cent, by room."""


class _Summary(BaseModel):
    covered_lines: int
    num_statements: int
    covered_branches: int
    num_branches: int


class _File(BaseModel):
    summary: _Summary


class _Report(BaseModel):
    files: dict[str, _File]


@dataclass
class Reached:
    """How many lines and branches there are, and how many were reached."""

    covered: int = 0
    there: int = 0

    @property
    def share(self) -> float:
        """Per cent."""
        return 100 * self.covered / self.there if self.there else 100.0


def read() -> dict[str, Reached]:
    """Return what was reached, by package, by room, and of all."""
    coverage = Coverage()
    coverage.load()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(file))
        report = _Report.model_validate_json(file.read_text("utf-8"))
    found: dict[str, Reached] = defaultdict(Reached)
    for path, measured in report.files.items():
        room, *rest = PurePath(path).parts
        package = f"{room}/{rest[0]}" if len(rest) > 1 else room.removesuffix(".py")
        for name in {package, room.removesuffix(".py"), "all"}:
            found[name].covered += measured.summary.covered_lines + measured.summary.covered_branches
            found[name].there += measured.summary.num_statements + measured.summary.num_branches
    return found


def main() -> int:
    """Print the table. Returns 1 if a room is below its limit."""
    found = read()
    lines = ["Lines and branches that the tests reach, per cent:"]
    for name in sorted(found, key=lambda name: (name == "all", name)):
        wanted = f"  (at least {AT_LEAST[name]:.0f})" if name in AT_LEAST else ""
        lines.append(f"  {name:22} {found[name].share:6.1f}{wanted}")
    low = [name for name, least in AT_LEAST.items() if found[name].share < least]
    lines += [f"Too little: {name}. `coverage report -m` lists the lines." for name in low]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
