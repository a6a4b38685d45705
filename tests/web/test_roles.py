"""Every page and every form of the pages, tried by every kind of person: another team, a second person, a stranger.

A route or a button that is added takes part by itself. A route with a part that changes fails the test until `House`
says what may stand there.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.callbacks import Payload, PayloadError, pages
from bot.callbacks.payload import parse
from tests.flows.crowded import Crowded, Watch, Who
from tests.flows.test_forged import OWN, ROLES, RULES, Rule, columns_of, members, own_only
from tests.web.house import ONLY_FOR_MEMBERS, House

pytestmark = pytest.mark.doors

PAGES = ("/", "/activities", "/mine", "/messages", "/settings", "/board")
"""Pages of which every form is sent by everybody else."""

OPENS = {
    "p": frozenset({"pagelink", "pagedevice", "pagemessage", "audit", "notice"}),
    "r": frozenset({"rating", "ratingbox", "audit"}),
    "u": frozenset({"address", "audit", "notice"}),
}
"""What a link is there for: whoever has a personal one enters, the code of a rating rates, of a mail stops it."""

OWN_TABLES = {"pagemessage": "address", "pagefile": "address", "pagedevice": "address", "pagelink": "member_id"}
"""What stands on a page, and who may get in: only the own ones may change, whatever is done."""

WITH_PAGES: dict[type[Payload], Rule] = {pages.PageLinkTap: members}
"""What does something only where there are pages."""


@pytest.fixture
async def house(world: Crowded, tmp_path: Path) -> AsyncIterator[House]:
    """The pages of a crowded corps, served."""
    house = House(world, tmp_path / "files")
    await house.town.open()
    await house.furnish()
    yield house
    await house.town.close()


class Checked:
    """What somebody does at the pages, and what is wrong with it."""

    def __init__(self, house: House, watch: Watch, engine: Engine, role: str) -> None:
        self.house, self.watch, self.columns = house, watch, columns_of(engine)
        self.who = house.world.people[role]
        self.browser = house.browser(role)
        self.wrong: list[str] = []

    def look(self, what: str, *, may: bool = False, own: bool = False, opens: frozenset[str] = frozenset()) -> None:
        """Note what is wrong with an answer.

        `may`: they may change something, `own`: only what is their own; whoever has the link changes what it `opens`.
        """
        browser, who = self.browser, self.who
        if browser.status >= 500:
            self.wrong.append(f"{what}: {browser.status}")
        entered = "pagelink" in opens and browser.status == 200
        if not entered and (beyond := self.house.world.beyond_consent(who, browser.page.html)):
            self.wrong.append(f"{what}: named {beyond}")
        reads_it = entered or who.coordinates or (who.active and who.team == self.house.corps_team)
        if ONLY_FOR_MEMBERS in browser.page.html and not reads_it:
            self.wrong.append(f"{what}: read what is not theirs")
        changed = {table: pairs for table, pairs in self.watch.changed().items() if table not in opens}
        for table in set(OWN_TABLES) & set(changed):
            place = self.columns[table].index(OWN_TABLES[table])
            if any((after or before)[place] in self.house.others(who) for before, after in changed.pop(table)):
                self.wrong.append(f"{what}: changed another's {table}")
        if changed and not may:
            self.wrong.append(f"{what}: changed {sorted(changed)}")
        if who.leads and own:
            changed.pop("invitation", None)
        if changed and own and (others := own_only(who, changed, self.columns)):
            self.wrong.append(f"{what}: changed somebody else's {others}")
        self.watch.restore()
        self.house.hold(browser)


@pytest.mark.timeout(300)
async def test_opening_any_address_changes_nothing_and_shows_nobody_what_is_not_theirs(
    house: House, watch: Watch, engine: Engine
) -> None:
    watch.restore_to_now()
    paths = house.paths("GET")
    for role in ROLES:
        checked, statuses = Checked(house, watch, engine, role), {}
        for path in paths:
            await checked.browser.opens(path)
            checked.look(path)
            statuses[path] = checked.browser.status
        assert "\n".join(checked.wrong) == "", role
        if not (checked.who.leads or checked.who.coordinates):
            assert {code for path, code in statuses.items() if path.startswith("/board")} <= {403, 404}
        files = {code for path, code in statuses.items() if path.startswith("/m/")}
        assert (200 in files) is (role == "member"), "a picture or a file is its person's"


async def forms(house: House) -> dict[tuple[str, str], dict[str, str]]:
    """Return the forms on the pages of people of each kind: (where it is sent, its button or words) → all it sends."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    links = [path for path in house.paths("GET") if path.count("/") > 1]
    for role in ("stranger", "member", "next member", "applicant", "leader", "coordinator"):
        browser = house.browser(role)
        for path in (*PAGES, *(links if role in ("stranger", "member", "coordinator") else ())):
            await browser.opens(path)
            for button in browser.page.buttons:
                if "csrf" not in button.form.hidden:
                    continue  # it only chooses what is looked at
                sent = {**button.form.hidden, button.name: button.value} if button.name else dict(button.form.hidden)
                found.setdefault((button.form.action, button.value), sent)
    blank = next(sent for (action, _), sent in found.items() if action == "/do")
    said = {name: word for name, word in blank.items() if name not in ("payload", "message", "under")}
    for words in (*house.routes.commands, "start in-nope", f"start join-{house.world.code}"):
        found["/do", f"/{words}"] = {**said, "text": f"/{words}"}
    return found


def may(house: House, who: Who, payload: str) -> tuple[bool, bool]:
    """Tell whether somebody may change something with a button, and whether only what is their own."""
    try:
        parsed = parse(payload)
    except PayloadError:
        return True, not who.coordinates  # words, or a form with one button: each acts for themselves
    rule = WITH_PAGES.get(type(parsed)) or RULES[type(parsed)]
    return rule(house.world, who, parsed), rule in OWN


NEAREST = ("other member", "other leader")
"""Those who are likeliest to be mistaken for somebody who may; the others are tried by `make test-long`."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "role", [role if role in NEAREST else pytest.param(role, marks=pytest.mark.long) for role in ROLES]
)
async def test_the_forms_of_everybody_do_for_anybody_only_what_they_may(
    role: str, house: House, watch: Watch, engine: Engine
) -> None:
    all_forms = await forms(house)
    assert {action.split("/")[1] for action, _ in all_forms} >= {"do", "messages", "j", "p", "in", "r"}
    watch.restore_to_now()
    checked = Checked(house, watch, engine, role)
    browser = checked.browser
    token = house.token(role)
    statuses = set()
    for number, ((action, button), sent) in enumerate(all_forms.items()):
        what = f"{action} {button}"
        if sent["csrf"] != token and number % 10 == 0:
            await browser.send(action, sent)
            checked.look(f"{what} with another's token")
            assert browser.status == 403, what
        await browser.send(action, {**sent, "csrf": token, "once": str(10**6 + number)})
        able, own = may(house, checked.who, button)
        checked.look(what, may=able, own=own, opens=OPENS.get(action.split("/")[1], frozenset()))
        statuses.add(browser.status)
    assert "\n".join(checked.wrong) == ""
    assert 200 in statuses or role == "stranger"
