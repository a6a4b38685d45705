"""The photos of reports: fetched, tried again, named when they are gone, and erased with whoever sent them."""

import datetime as dt

import pytest

from corps.attachments import Attachment, AttachmentKind
from corps.attendance import photos, report_form, reports
from corps.attendance.photos import Kept, Outcome, Refusal, Trouble, Unfit
from corps.membership import erasure
from corps.refusals import Reason, Refused
from models.enums import CountedBy, PhotoState
from tests.base import Corps, photo
from tests.corps.forms import open_question

SHA = "a" * 64


@pytest.fixture
def wang(corps: Corps) -> int:
    """A coordinator."""
    return corps.coordinator()


@pytest.fixture
def zhao(corps: Corps) -> int:
    """The leader who reports."""
    return corps.leader("赵联络")


def handed_in(corps: Corps, who: int, *files: Attachment) -> int:
    """Publish an activity, let it pass, and report it with these photos. Returns its id."""
    corps.clock.set_wall("2026-12-01 10:00")
    lecture = corps.publish(corps.coordinator("郑统筹"))
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(who, reports.submit, lecture, reports.Account(80, CountedBy.HEADCOUNT, photos=files))
    return lecture


def wanted(corps: Corps) -> list[str]:
    """Return what is to be fetched now, by Telegram's ids."""
    return [one.attachment.id for one in corps.run(photos.due, 10)]


def end(corps: Corps, outcome: Outcome) -> None:
    """Let fetching what is wanted end so."""
    for one in corps.run(photos.due, 10):
        corps.run(photos.record, one.id, outcome)


def states(corps: Corps, who: int, lecture: int) -> list[tuple[int, str]]:
    """Return number and state of each photo as the report's card has them."""
    report = corps.do(who, reports.read, lecture)
    assert report is not None
    return [(one.number, one.state.value) for one in report.photos]


def test_a_photo_is_fetched_once_and_kept(corps: Corps, wang: int, zhao: int) -> None:
    lecture = handed_in(corps, zhao, photo("1"), photo("2"))
    assert wanted(corps) == ["1", "2"]
    end(corps, Kept(SHA, 1234, "image/jpeg"))
    assert wanted(corps) == []
    report = corps.do(wang, reports.read, lecture)
    assert report is not None
    kept = report.photos[0].attachment
    assert kept is not None
    assert (kept.sha256, kept.size, kept.id) == (SHA, 1234, "1")
    assert states(corps, wang, lecture) == [(1, "kept"), (2, "kept")]


def test_while_the_channel_is_away_it_is_tried_for_ever(corps: Corps, wang: int, zhao: int) -> None:
    lecture = handed_in(corps, zhao, photo("1"))
    for _ in range(20):
        end(corps, Trouble("TimedOut"))
        assert wanted(corps) == []
        corps.clock.push(photos.AFTER_TROUBLE)
        assert wanted(corps) == ["1"]
    assert states(corps, wang, lecture) == [(1, "waiting")]


def test_what_the_channel_refuses_again_and_again_is_gone_and_named(corps: Corps, wang: int, zhao: int) -> None:
    lecture = handed_in(corps, zhao, photo("1"), photo("2"))
    corps.run(photos.record, corps.run(photos.due, 1)[0].id, Kept(SHA, 9, "image/png"))
    for _ in range(photos.REFUSALS):
        assert wanted(corps) == ["2"]
        end(corps, Refusal("wrong file_id or the file is temporarily unavailable"))
        corps.clock.push(dt.timedelta(days=1))
    assert wanted(corps) == []
    assert states(corps, wang, lecture) == [(1, "kept"), (2, "gone")]


def test_what_can_not_be_opened_is_not_tried_again(corps: Corps, wang: int, zhao: int) -> None:
    lecture = handed_in(corps, zhao, photo("1"))
    end(corps, Unfit("not a picture"))
    corps.clock.push(dt.timedelta(days=1))
    assert (wanted(corps), states(corps, wang, lecture)) == ([], [(1, "unfit")])


def test_erasing_who_sent_them_deletes_their_files_unless_somebody_else_needs_the_same(
    corps: Corps, wang: int, zhao: int
) -> None:
    lecture = handed_in(corps, zhao, photo("1"), photo("2"))
    other = handed_in(corps, wang, photo("3"))
    for one in corps.run(photos.due, 10):
        corps.run(photos.record, one.id, Kept("b" * 64 if one.attachment.id == "2" else SHA, 9, "image/jpeg"))
    corps.do(zhao, erasure.erase)
    assert corps.run(photos.to_delete) == ["b" * 64]
    corps.run(photos.deleted, ["b" * 64])
    assert corps.run(photos.to_delete) == []
    assert states(corps, wang, lecture) == [(1, "erased"), (2, "erased")]
    assert states(corps, wang, other) == [(1, "kept")]
    report = corps.do(wang, reports.read, lecture)
    assert report is not None
    assert [one.attachment for one in report.photos] == [None, None]


def test_a_photo_that_is_being_fetched_while_its_sender_is_erased_goes_as_well(corps: Corps, zhao: int) -> None:
    corps.coordinator()
    handed_in(corps, zhao, photo("1"))
    (under_way,) = corps.run(photos.due)
    corps.do(zhao, erasure.erase)
    corps.run(photos.record, under_way.id, Kept(SHA, 9, "image/jpeg"))
    assert wanted(corps) == []
    assert corps.run(photos.to_delete) == [SHA]


def test_a_file_that_a_restore_has_not_brought_is_fetched_again(corps: Corps, wang: int, zhao: int) -> None:
    brought = Attachment(AttachmentKind.PHOTO, type="image/png", unique="page", sha256="c" * 64)
    lecture = handed_in(corps, zhao, photo("1"), brought)
    end(corps, Kept(SHA, 9, "image/jpeg"))
    assert corps.run(photos.missing, lambda _name: True) == 0
    assert corps.run(photos.missing, lambda _name: False) == 2
    assert wanted(corps) == ["1"]
    assert states(corps, wang, lecture) == [(1, "waiting"), (2, "gone")]


@pytest.mark.parametrize(
    ("type_", "size", "reason"),
    [
        ("application/pdf", 20_000_000, None),
        ("image/jpeg", 1, None),
        ("image/heic", 1, Reason.NOT_A_PICTURE),
        ("application/zip", 1, Reason.NOT_A_PICTURE),
        ("", 1, Reason.NOT_A_PICTURE),
        ("image/png", 20_000_001, Reason.FILE_TOO_LARGE),
    ],
)
def test_pictures_and_pdfs_may_come_as_files_up_to_a_size(
    corps: Corps, zhao: int, type_: str, size: int, reason: Reason | None
) -> None:
    lecture = corps.publish(corps.coordinator())
    corps.clock.set_wall("2026-12-05 17:00")
    corps.do(zhao, report_form.ask, lecture, "1")
    file = Attachment(AttachmentKind.DOCUMENT, "现场", type_, size, "telegram", "f", "u")
    conversation = open_question(corps, zhao)
    assert conversation is not None
    if reason is None:
        stand = corps.do(zhao, report_form.take, conversation, "", file, "2")
        assert stand is not None
        assert len(stand.photos) == 1
    else:
        with pytest.raises(Refused, match=reason.value):
            corps.do(zhao, report_form.take, conversation, "", file, "2")


def test_every_state_is_either_shown_or_named() -> None:
    assert set(PhotoState) == {
        *(PhotoState.WAITING, PhotoState.KEPT),
        *(PhotoState.GONE, PhotoState.UNFIT, PhotoState.ERASED),
        PhotoState.REMOVED,
    }


def test_a_photo_taken_out_of_a_returned_report_counts_no_more_and_its_file_goes(
    corps: Corps, wang: int, zhao: int
) -> None:
    lecture = handed_in(corps, zhao, photo("1"), photo("2"))
    for one, name in zip(corps.run(photos.due), (SHA, "b" * 64), strict=True):
        corps.run(photos.record, one.id, Kept(name, 9, "image/jpeg"))
    corps.do(wang, reports.send_back, lecture, "照片不清楚")
    again = reports.Account(80, CountedBy.HEADCOUNT, photos=(photo("2"), photo("3")))
    corps.do(zhao, reports.submit, lecture, again)
    assert states(corps, wang, lecture) == [(1, "kept"), (2, "waiting")]
    assert corps.run(photos.to_delete) == [SHA]
    corps.run(photos.deleted, [SHA])
    assert corps.run(photos.to_delete) == []
    assert wanted(corps) == ["3"]


def test_a_photo_taken_out_may_come_again(corps: Corps, wang: int, zhao: int) -> None:
    lecture = handed_in(corps, zhao, photo("1"))
    for files in ((), (photo("1"),)):
        corps.do(wang, reports.send_back, lecture, "再看看")
        corps.do(zhao, reports.submit, lecture, reports.Account(80, CountedBy.HEADCOUNT, photos=files))
    assert states(corps, wang, lecture) == [(1, "waiting")]
    assert wanted(corps) == ["1"]
