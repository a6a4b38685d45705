"""The few kinds of formula that a ledger has, computed over the rows that a foreign reader reads."""

import html
import math
import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

Sheets = dict[str, list[list[Any]]]
THERE = re.compile(r"'(.+)'!\$([A-Z])\$(\d+):\$[A-Z]\$(\d+)")
PART = re.compile(r"\((YEAR|MONTH)\((.+)\)=(\d+)\)")
EQUAL = re.compile(r'\((.+)="(.+)"\)')
HOLDS = re.compile(r'ISNUMBER\(FIND\("(.+?)","、"&(.+)&"、"\)\)')
MOST = 10_000


def formulas(content: bytes, sheet: int) -> dict[str, tuple[str, float]]:
    """Return cell → formula and the value that stands in it, as the file has them."""
    with ZipFile(BytesIO(content)) as parts:
        page = parts.read(f"xl/worksheets/sheet{sheet}.xml").decode()
    found = re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*><f>(.*?)</f><v>(.*?)</v></c>', page)
    return {cell: (html.unescape(formula), float(value)) for cell, formula, value in found}


def evaluate(formula: str, sheets: Sheets) -> float:
    """Return what a formula comes to. Raises AssertionError for one of another kind."""
    called = re.fullmatch(r"([A-Z]+)\((.*)\)", formula)
    assert called is not None, formula
    name, inner = called.groups()
    if name == "COUNT":
        return sum(isinstance(cell, int | float) for cell in _cells(inner, sheets))
    if name == "COUNTIF":
        there, _, word = inner.partition(",")
        return _cells(there, sheets).count(word.strip('"'))
    assert name in ("SUM", "SUMPRODUCT"), formula
    columns = [_factor(part, sheets) for part in inner.split("*")]
    return float(sum(math.prod(row) for row in zip(*columns, strict=False)))


def _cells(there: str, sheets: Sheets) -> list[Any]:
    found = THERE.fullmatch(there)
    assert found is not None, there
    rows = sheets[found[1]][int(found[3]) - 1 : int(found[4])]
    return [row[ord(found[2]) - ord("A")] for row in rows]


def _factor(text: str, sheets: Sheets) -> list[Any]:
    if text == "1":
        return [1] * MOST
    if found := PART.fullmatch(text):
        return [getattr(day, found[1].lower(), None) == int(found[3]) for day in _cells(found[2], sheets)]
    if found := EQUAL.fullmatch(text):
        return [cell == found[2] for cell in _cells(found[1], sheets)]
    if found := HOLDS.fullmatch(text):
        return [found[1] in f"、{cell}、" for cell in _cells(found[2], sheets)]
    return [cell if isinstance(cell, int | float) else 0 for cell in _cells(text, sheets)]
