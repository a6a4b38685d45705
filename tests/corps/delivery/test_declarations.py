"""A kind of notice is declared in one place; owing, merging, delivery and the view ask nothing else."""

import datetime as dt
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.telegram.formatting import TEXT_LIMITS
from bot.texts.voice import Voice
from bot.views import notices as views
from bot.views.screen import Screen
from corps import delivery
from corps.broadcasts.content import TextLimits
from corps.delivery import leasing, merging, notice_facts, status
from corps.delivery.notice_facts import Facts
from corps.notices import Due, declarations, offices, outbox
from corps.notices.declarations import DECLARED, Listing, Parts, Question, declare
from corps.notices.kinds import Kind
from models import Member
from tests.base import Corps
from tests.corps.delivery.notices import in_, owe, rows, take


@dataclass(frozen=True)
class Thanks:
    """What the made-up kind says."""

    words: str


@pytest.fixture
def thanks(monkeypatch: pytest.MonkeyPatch) -> Kind:
    """A thank-you, declared as any module would declare it, under the name of a kind that nobody owes."""
    kind = Kind.REMOVED

    def facts(question: Question) -> Parts | None:
        return None if question.due.subject.get("taken_back") else (Thanks(f"谢谢{question.actor.name}"),)

    def screen(voice: Voice, _due: Due, facts: Facts) -> Screen:
        return Screen(voice("notice.unreachable", n=1, names=facts.the(Thanks).words))

    def several(voice: Voice, said: tuple[tuple[Due, Facts], ...], _limits: TextLimits) -> Screen:
        return Screen(voice("notice.unreachable", n=len(said), names="、".join(f.the(Thanks).words for _, f in said)))

    monkeypatch.setitem(DECLARED, kind, DECLARED[kind])
    declare(
        kind, facts, priority=9, keeps=dt.timedelta(hours=6), optional=True, absorbs=(Kind.CARD,),
        listing=Listing(kind, above=1, most=2), together=lambda subjects: {"said": len(subjects)},
    )  # fmt: skip
    monkeypatch.setitem(views._VIEWS, kind, screen)
    monkeypatch.setitem(views._LISTS, kind, several)
    return kind


def test_a_kind_is_owed_as_it_is_declared(corps: Corps, thanks: Kind) -> None:
    zhang = corps.member("张明")
    owe(corps, thanks, zhang)
    (row,) = rows(corps)
    assert (row.priority, row.expires_at) == (9, corps.clock.now() + in_(6))
    assert declarations.priorities()[-1] == 9, "or nobody would ever look for it"


def test_a_kind_that_a_pause_holds_off_says_so_itself(corps: Corps, thanks: Kind) -> None:
    zhang = corps.member("张明")
    owe(corps, thanks, zhang)
    corps.run(lambda s, at: setattr(s.get_one(Member, corps.member_id(zhang)), "paused_until", at.now + in_(9)))
    assert take(corps) == []
    owe(corps, thanks, zhang, key="again")
    assert len(rows(corps)) == 1


def test_a_kind_is_merged_leased_and_worded_as_it_is_declared(corps: Corps, thanks: Kind) -> None:
    wang, zhang = corps.coordinator(), corps.member("张明")
    activity = corps.publish(wang)
    owe(corps, thanks, zhang, activity_id=activity)
    (parcel,) = take(corps)
    assert [due.kind for due in parcel] == [Kind.CARD, thanks], "it says what the card would have said"
    (letter,) = corps.run(notice_facts.open_all, [parcel])
    assert (letter.due.kind, letter.due.subject, letter.more) == (thanks, {"said": 1}, ())
    assert letter.facts is not None
    screen = views.notice_screen(Voice("zh", corps.clock), letter.due, letter.facts, (), TEXT_LIMITS)
    assert "谢谢张明" in str(screen.text)


def test_several_of_a_kind_make_a_list_of_at_most_as_many_as_it_says(corps: Corps, thanks: Kind) -> None:
    zhang = corps.leader("赵联络")
    for number in range(3):
        owe(corps, thanks, zhang, key=f"{number}")
    (parcel,) = take(corps)
    assert len(parcel) == 2
    (letter,) = corps.run(notice_facts.open_all, [parcel])
    assert letter.facts is not None
    text = str(views.notice_screen(Voice("zh", corps.clock), letter.due, letter.facts, letter.more, TEXT_LIMITS).text)
    assert text.count("谢谢赵联络") == 2


def test_what_makes_no_sense_any_more_is_not_sent(corps: Corps, thanks: Kind) -> None:
    owe(corps, thanks, corps.member("张明"), subject={"taken_back": True})
    (letter,) = corps.run(notice_facts.open_all, take(corps))
    assert letter.facts is None


def test_every_kind_is_declared_and_has_a_view_and_nothing_else_is() -> None:
    assert set(DECLARED) == set(views._VIEWS) == set(Kind)


def test_whoever_delivers_knows_no_kind_by_name() -> None:
    for module in (delivery, leasing, merging, notice_facts, status, outbox, declarations, offices):
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        assert not re.findall(r"\bKind\.[A-Z_]+", source), module.__name__


def test_the_program_knows_every_kind_and_nobody_lists_the_modules_that_owe_one() -> None:
    """They are known because handlers and jobs use them: a new kind is on no list of modules."""
    program = "import main\nfrom corps.notices.declarations import DECLARED\nprint(*DECLARED)"
    known = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert set(known.split()) == set(Kind)


def test_a_kind_is_declared_beside_what_owes_it() -> None:
    """A name, a declaration, a view: three files, and the texts."""
    root = Path(str(delivery.__file__)).parent.parent
    declaring = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    for kind in Kind:
        word = re.compile(rf"declare\(\s*Kind\.{kind.name}\b")
        assert len([path for path, text in declaring.items() if word.search(text)]) == 1, kind
