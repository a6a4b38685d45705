"""What lists have in common: a page's buttons, and the way to another year."""

from collections.abc import Callable

from bot.callbacks import Payload
from bot.callbacks.common import NothingTap
from bot.views.screen import Button, Page, Row


def pager(page: Page, at: Callable[[int], Payload]) -> tuple[Row, ...]:
    """Return the row that turns pages, nothing for a single page. `at` makes the payload of a page."""
    if page.count <= 1:
        return ()
    back, on = (page.number - 1) % page.count, (page.number + 1) % page.count
    here = Button(f"{page.number + 1}/{page.count}", NothingTap())
    return ((Button("◀", at(back)), here, Button("▶", at(on))),)


def years(earlier: int | None, later: int | None, at: Callable[[int], Payload]) -> tuple[Row, ...]:
    """Return the row that leads to the nearest other years, `◀ 2025` and `2027 ▶`, nothing when there are none."""
    row = []
    if earlier is not None:
        row.append(Button(f"◀ {earlier}", at(earlier)))
    if later is not None:
        row.append(Button(f"{later} ▶", at(later)))
    return (tuple(row),) if row else ()
