"""Photos of a report, from the leader's phone into our own files."""

import io

from PIL import Image

from corps.addresses import telegram
from corps.attachments import Attachment, AttachmentKind
from corps.attendance import photos
from corps.attendance.photos import PhotoLine
from corps.attendance.reports import read
from corps.broadcasts import broadcasts
from corps.broadcasts.audience import Audience, Scope
from corps.broadcasts.content import Content
from corps.notices.kinds import Kind
from models.enums import NoticeState
from scheduler import jobs
from tests.base import Corps
from tests.stage import Player, Stage


def picture() -> bytes:
    """Return a picture as a telephone writes it."""
    known = Image.Exif()
    known[0x010F] = "Secret Telephones"
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 30, 30)).save(out, "JPEG", exif=known.tobytes())
    return out.getvalue()


async def asked(stage: Stage, corps: Corps) -> tuple[Player, int]:
    """Let an activity pass, and its leader begin the report."""
    zhao = await stage.enter(corps.leader("赵联络"))
    lecture = corps.publish(corps.coordinator("郑统筹"))
    await stage.at("2026-12-05 16:05")
    await zhao.taps("反馈")
    await zhao.taps("下一步")
    return zhao, lecture


async def hand_in(zhao: Player) -> None:
    """Say the rest, and hand it in."""
    await zhao.types("80")
    await zhao.taps("清点")
    await zhao.taps("提交")


def lines(corps: Corps, who: int, lecture: int) -> tuple[PhotoLine, ...]:
    """Return the photos of the report."""
    report = corps.do(who, read, lecture)
    assert report is not None
    return report.photos


async def test_photos_and_pictures_sent_as_files_are_fetched_once_and_kept_without_their_data(
    stage: Stage, corps: Corps
) -> None:
    wang = corps.coordinator()
    zhao, lecture = await asked(stage, corps)
    await zhao.sends("photo", picture())
    await zhao.sends("document", picture(), type_="image/jpeg")
    await zhao.sends("document", b"%PDF-1.7 ...", type_="application/pdf")
    await zhao.sends("document", b"PK", type_="application/zip")
    assert "请发照片，或者 JPG、PNG、PDF 文件" in zhao.reads()
    await hand_in(zhao)
    await jobs.keep_photos(stage.context)
    one, two, three = lines(corps, wang, lecture)
    assert [line.state.value for line in (one, two, three)] == ["kept"] * 3
    assert one.attachment is not None
    assert two.attachment is not None
    assert three.attachment is not None
    assert one.attachment.sha256 == two.attachment.sha256, "the same picture is kept once"
    store = stage.app.files.store
    kept = store.read(one.attachment.sha256)
    assert b"Secret" not in kept
    assert Image.open(io.BytesIO(kept)).size == (60, 40)
    assert store.read(three.attachment.sha256) == b"%PDF-1.7 ..."
    assert len(list(store.names())) == 2
    stage.sandbox.world.files.clear()
    assert await stage.app.files.content(one.attachment) == kept, "Telegram is not asked again"


async def test_a_photo_that_telegram_no_longer_has_is_named_on_the_report(stage: Stage, corps: Corps) -> None:
    wang = await stage.enter(corps.coordinator())
    zhao, lecture = await asked(stage, corps)
    for _ in range(2):
        await zhao.sends("photo", picture())
    await hand_in(zhao)
    first, second = (corps.run(photos.due)[number].attachment.id for number in (0, 1))
    assert first != second
    del stage.sandbox.world.files.by_id[second]
    for _ in range(photos.REFUSALS):
        await jobs.keep_photos(stage.context)
        corps.clock.push(photos.AFTER_REFUSAL * 6**photos.REFUSALS)
    assert [line.state.value for line in lines(corps, wang.id, lecture)] == ["kept", "gone"]
    await wang.types("/verify")
    await wang.taps("防诈骗公益讲座")
    assert "照片：2" in wang.reads()
    assert "照片 2：Telegram 已不再提供" in wang.reads()


async def test_whoever_verifies_sees_the_photos_and_reads_which_can_not_be_given_any_more(
    stage: Stage, corps: Corps
) -> None:
    wang = await stage.enter(corps.coordinator())
    zhao, _ = await asked(stage, corps)
    await zhao.sends("photo", picture())
    await zhao.sends("document", picture(), type_="image/jpeg")
    await zhao.sends("document", b"%PDF-1.7 ...", type_="application/pdf")
    await hand_in(zhao)
    await wang.types("/verify")
    await wang.taps("防诈骗公益讲座")
    await wang.taps("看照片（3 张）")
    assert [one["media"]["kind"] for one in wang.from_bot()[-4:-1]] == ["photo", "document", "document"]
    assert "照片 1/3" in wang.reads(4)
    await jobs.keep_photos(stage.context)
    (name, *_) = sorted(stage.app.files.store.names(), key=lambda one: stage.app.files.store.read(one)[:4] == b"%PDF")
    stage.app.files.store.delete(name)
    await wang.taps("看反馈")
    await wang.taps("核实")
    await wang.types("/quota")
    await wang.taps("公益讲座")
    await wang.taps("防诈骗公益讲座")
    await wang.taps("看照片")
    assert wang.from_bot()[-2]["media"]["kind"] == "document", "the PDF is still there"
    assert "照片 1：现在取不到" in wang.reads()
    assert "照片 2：现在取不到" in wang.reads()


async def test_erasing_the_leader_deletes_the_files(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    zhao, lecture = await asked(stage, corps)
    await zhao.sends("photo", picture())
    await hand_in(zhao)
    await jobs.keep_photos(stage.context)
    assert list(stage.app.files.store.names())
    await zhao.types("/settings")
    await zhao.taps("我的数据")
    for label in ("删除我的数据", "我要删除", "确认删除"):
        await zhao.taps(label)
    await jobs.keep_photos(stage.context)
    assert list(stage.app.files.store.names()) == []
    assert [line.state.value for line in lines(corps, wang, lecture)] == ["erased"]


async def test_a_picture_that_only_we_have_is_brought_to_telegram(stage: Stage, corps: Corps) -> None:
    wang = corps.coordinator()
    zhang = await stage.enter(corps.member("张明"))
    name = stage.app.files.store.put(picture())
    ours = Attachment(AttachmentKind.PHOTO, type="image/jpeg", sha256=name)
    away = Attachment(AttachmentKind.PHOTO, type="image/jpeg", sha256="0" * 64)
    for photo in (ours, away):
        made = corps.do(wang, broadcasts.prepare, Content("周六集合", photo), Audience(Scope.ALL))
        corps.do(wang, broadcasts.confirm, made.id, made.revision, (telegram(wang), "1"))
    await stage.tick()
    assert [message["media"]["kind"] for message in zhang.from_bot()] == ["photo"]
    (failed,) = corps.owed(Kind.BROADCAST, NoticeState.FAILED)
    assert failed.error == "file: the file is not here any more"
