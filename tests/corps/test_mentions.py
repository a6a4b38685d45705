"""What others wrote or were shown of somebody who is erased: a pseudonym stands there, whatever the place."""

from sqlalchemy import JSON
from sqlmodel import Session, SQLModel, select

from corps import conversations, mentions
from corps.addresses import Address, telegram
from corps.attachments import Attachment, AttachmentKind
from corps.membership import erasure
from corps.moment import Moment
from corps.pages import messages
from corps.pages.messages import Shown
from models import Activity, Audit, Notice, PageFile
from models.enums import PageMessageKind
from tests.base import Corps
from tests.corps.membership.test_erasure import NAME, a_life, everything_stored

PAGE = Address("web", "1")
SAID = f"{NAME}与张小明华同去，（张晓明）早退"


def wrote(session: Session, _at: Moment) -> None:
    """Let others have written the names wherever they can."""
    for table, columns in mentions.PLACES.items():
        for row in session.exec(select(table)).all():
            for column in columns:
                kind = getattr(table, column).type
                setattr(row, column, {"said": [SAID, 7], "more": {"who": SAID}} if isinstance(kind, JSON) else SAID)
            session.add(row)


def test_names_are_taken_out_of_what_others_wrote(corps: Corps) -> None:
    life = a_life(corps)
    corps.member("张小明华")
    who = corps.member_id(life["who"])
    corps.run(lambda s, at: conversations.put(s, at, telegram(life["leader"]), "rename", "name", {}))
    corps.run(lambda s, at: messages.keep(s, at, PAGE, PageMessageKind.SENT, Shown(SAID, [[{"label": SAID}]])))
    corps.run(wrote_but_renames)
    assert everything_stored(corps).count("张小明华同去") > 20
    corps.do(life["who"], erasure.erase)
    after = everything_stored(corps)
    assert NAME not in after.replace("张小明华", "")
    assert "张晓明" not in after
    assert f"成员#{who} 已删除与张小明华同去，（成员#{who} 已删除）早退" in after


def wrote_but_renames(session: Session, at: Moment) -> None:
    """The trace of the renaming stays as it is: from it the earlier name is known."""
    renamed = session.exec(select(Audit).where(Audit.action == "member.rename")).all()
    before = [(row, row.before, row.after) for row in renamed]
    wrote(session, at)
    for row, was, became in before:
        row.before, row.after = was, became


def test_what_names_a_namesake_is_left(corps: Corps) -> None:
    wang, first, _second = corps.coordinator(), corps.member("李红"), corps.member("李红", "民建")
    activity = corps.publish(wang)
    corps.run(lambda s, _at: setattr(s.get_one(Activity, activity), "cancel_reason", "李红来不了"))
    corps.do(first, erasure.erase)
    assert corps.run(lambda s, _at: s.get_one(Activity, activity).cancel_reason) == "李红来不了"


def test_a_longer_pseudonym_is_cut_to_what_the_column_bears(corps: Corps) -> None:
    wang, who = corps.coordinator(), corps.member("李红")
    activity = corps.publish(wang)
    corps.run(lambda s, _at: setattr(s.get_one(Activity, activity), "cancel_reason", "李红" * 150))
    corps.do(who, erasure.erase)
    assert len(corps.run(lambda s, _at: s.get_one(Activity, activity).cancel_reason)) == 300


def test_files_made_for_a_page_go_and_those_that_came_by_it_stay(corps: Corps) -> None:
    corps.coordinator()
    who = corps.member("李红")

    def shown(session: Session, at: Moment) -> str:
        made, came = (messages.put_file(session, at, PAGE, content) for content in (b"made", b"came"))
        for name, unique in ((made, made), (came, "sha")):
            file = Attachment(AttachmentKind.DOCUMENT, "名单.xlsx", "", 4, "web", name, unique)
            messages.keep(session, at, PAGE, PageMessageKind.ANSWER, Shown("", [], document=file), "1")
        return came

    came = corps.run(shown)
    corps.do(who, erasure.erase)
    assert corps.run(lambda s, _at: list(s.exec(select(PageFile.id)).all())) == [came]


def test_every_place_for_a_reason_is_looked_at() -> None:
    """A column that comes later, and whose name says that people write into it, is one of the places."""
    written = ("reason", "words", "answer")
    for table in (mapper.class_ for mapper in SQLModel._sa_registry.mappers):
        for column in table.__table__.columns:
            if any(column.name.endswith(word) for word in written) and table.__name__ not in ("Certificate", "Venue"):
                assert column.name in mentions.PLACES.get(table, ()), f"{table.__name__}.{column.name}"
    assert Notice in mentions.PLACES
