"""What a hostile reader of the pages tried: doubled headers, slashes, character sets, shared limits, caches."""

import asyncio
import hashlib
from itertools import count

import pytest
from sqlmodel import Session
from starlette.requests import HTTPConnection
from starlette.routing import Route

from corps.attachments import Attachment, AttachmentKind
from corps.moment import Moment
from corps.pages import devices, messages
from corps.pages.messages import Shown
from models.enums import PageMessageKind
from tests.web.browser import Browser
from tests.web.conftest import Town
from tests.web.test_live import listens
from tests.web.test_safe import published
from web import live, pictures
from web.guard import Bucket, Limits, peer_of


async def raw(town: Town, head: str, body: bytes = b"") -> tuple[str, str]:
    """Send a request as it is written; return the head of the answer, in lower case, and its body."""
    host = town.url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    lines = [
        *head.replace("HOST", host).splitlines(),
        "connection: close",
        *([f"content-length: {len(body)}"] if body else []),
    ]
    writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
    told, _, said = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return told.decode("latin-1").lower(), said.decode(errors="replace")


@pytest.mark.parametrize("path", ["/p/some-secret", "/j/some-code", "/activities", "/live"])
async def test_a_slash_at_the_end_is_no_redirect_that_names_the_link_without_tls(town: Town, path: str) -> None:
    plain, with_slash = [await raw(town, f"GET {path}{end} HTTP/1.1\nhost: HOST") for end in ("", "/")]
    assert with_slash[0].split()[1] == plain[0].split()[1]
    assert "location:" not in with_slash[0]


@pytest.mark.parametrize("hosts", ["host: evil.example\nhost: HOST", "host: HOST\nhost: evil.example", "host: [/"])
async def test_a_second_name_of_the_host_is_refused_with_a_sentence(town: Town, hosts: str) -> None:
    told, said = await raw(town, f"GET /activities/ HTTP/1.1\n{hosts}")
    assert " 403 " in told
    assert "evil" not in told
    assert "没有办" in said
    assert "content-security-policy: default-src 'none'" in told


@pytest.mark.parametrize("charset", ["undefined", "punycode", "unicode_escape", "utf-16", "utf-7"])
async def test_a_form_in_another_character_set_is_not_read(town: Town, charset: str) -> None:
    zhang = town.enters("张明", "民盟")
    await zhang.opens("/")
    form = zhang.page.forms[0].hidden | {"text": "\\ud800"}
    parts = "".join(
        f'--x\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()
    )
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    for path in ("/do", "/tg"):
        headers = {"content-type": kind, "origin": town.url}
        answer = await zhang.client.post(path, content=f"{parts}--x--\r\n".encode(), headers=headers)
        assert answer.status_code == 422, path


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        (["203.0.113.9"], "203.0.113.9"),
        (["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        (["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
        (["6.6.6.6", "no address"], "127.0.0.1"),
        ([], "127.0.0.1"),
    ],
)
def test_of_who_asks_the_proxys_word_is_believed_which_is_the_last(said: list[str], believed: str) -> None:
    headers = [(b"x-forwarded-for", one.encode()) for one in said]
    assert peer_of(HTTPConnection({"type": "http", "headers": headers, "client": ("127.0.0.1", 5)})) == believed
    assert (
        peer_of(HTTPConnection({"type": "http", "headers": headers, "client": ("198.51.100.1", 5)})) == "198.51.100.1"
    )


def test_one_address_alone_uses_up_nothing_that_all_share() -> None:
    now = count(0, 0.01)
    limits = Limits("too often", clock=lambda: next(now))
    asked = {"type": "http", "path": "/j/abc", "path_params": {"code": "abc"}, "headers": []}
    from_one = [limits.follows(HTTPConnection(asked)) for _ in range(20_000) if limits.requests.take("203.0.113.9")]
    assert from_one
    assert all(from_one), "the link is there for the others still"


async def test_no_cache_keeps_what_is_somebodys(town: Town) -> None:
    zhang = town.enters("张明", "民盟")

    def with_picture(session: Session, at: Moment) -> int:
        own = devices.addresses_of(session, 1)[0]
        name = messages.put_file(session, at, own, b"a picture")
        photo = Attachment(AttachmentKind.PHOTO, "", "x\r\ny: z", 9, devices.WEB, name, name)
        return messages.keep(session, at, own, PageMessageKind.SENT, Shown("看", [], photo))

    number = town.corps.run(with_picture)
    photo = await zhang.client.get(f"/m/{number}/photo")
    assert (photo.status_code, photo.content) == (200, b"a picture")
    assert photo.headers["content-type"] == "image/jpeg", "what another channel said of it is no header"
    answers = [photo, *[await zhang.client.get(path) for path in ("/", "/nowhere", "/t/1", "/board/parts", "/live/x")]]
    answers.append(await zhang.client.post("/messages", data={}))
    answers.append(await town.stranger().client.get("/live"))
    for answer in answers:
        assert "no-store" in answer.headers["cache-control"], answer.url


async def test_a_page_that_fails_says_so_as_strictly_as_all_others(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(town.adapter.site._visitors, "who", None)
    answer = await town.stranger().client.get("/")
    assert answer.status_code == 500
    assert "没有办成" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_whoever_uses_a_method_that_is_not_taken_is_told_which_are(town: Town) -> None:
    answer = await town.stranger().client.request("DELETE", "/do")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_codes_on_site_are_tried_no_faster_than_anything_else_is_done(town: Town) -> None:
    zhang = town.enters("张明", "民盟")
    town.adapter.site.limits.deeds = Bucket(3, 3_600.0)
    await zhang.opens("/")
    hidden, seen = zhang.page.forms[0].hidden, []
    for number in range(5):
        await zhang.send(f"/in/1-{number:020d}", hidden)
        seen.append(zhang.status)
    assert seen == [404, 404, 404, 429, 429]


async def test_forms_of_outsiders_are_counted_by_their_network(town: Town) -> None:
    town.adapter.site.limits.outsiders = Bucket(2, 3_600.0)
    seen = []
    for name in "甲乙丙":
        nobody = town.stranger(name)
        await nobody.opens("/")
        await nobody.send("/j/nope", {"csrf": nobody_token(nobody), "once": "1", "payload": "x"})
        seen.append(nobody.status)
    assert seen == [422, 422, 429]
    zhang = town.enters("张明", "民盟")
    await zhang.opens("/")
    await zhang.says("/mine")
    assert zhang.status == 200


def nobody_token(browser: Browser) -> str:
    """Return what the forms of a browser carry that was never let in."""
    return hashlib.sha256(f"form:{browser.client.cookies['tongxin']}".encode()).hexdigest()[:32]


async def test_who_looks_up_numbers_of_records_keeps_nobody_else_from_it(town: Town) -> None:
    busy, other = town.stranger(), town.stranger()
    other.client.headers["x-forwarded-for"] = "203.0.113.7"
    said = []
    for number in range(12):
        await busy.opens(f"/c/TX2026-{number:04d}-ABC")
        said.append(busy.reads)
    assert busy.status == 429
    await other.opens("/c/TX2026-0001-ABC")
    assert (other.reads, other.status) == (said[0], 404)
    assert said[-1] != said[0]


async def test_nobody_takes_everybodys_streams(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "A_PERSON", 1)
    zhang, chen = town.enters("张明", "民盟"), town.enters("陈静", "民盟")
    again = town.stranger()
    page = town.corps.run(lambda s, _at: devices.addresses_of(s, 1)[0])
    again.client.cookies.set("tongxin", town.corps.run(devices.let_in, page, "computer"), "127.0.0.1")
    async with listens(zhang) as ear:
        assert ear.answer.status_code == 200
        assert (await again.client.get("/live")).status_code == 204
        async with listens(chen) as other:
            assert other.answer.status_code == 200


async def test_pictures_of_activities_are_drawn_once_and_not_for_a_flood(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang, _ = await published(town)
    zhao = town.enters("赵联络", "民盟", leader=True)
    invitation = (await town.invitation(zhao)).removeprefix(town.url)
    drawn: list[str] = []

    def draw(title: str, *_what: object) -> bytes:
        drawn.append(title)
        return b"png"

    monkeypatch.setattr(pictures, "sheet_png", draw)
    nobody = town.stranger()
    for path in ("/a/1/picture", f"{invitation}/picture"):
        found = [await person.client.get(path) for person in (nobody, wang, nobody)]
        assert [one.content for one in found] == [b"png"] * 3
    assert len(drawn) == 2
    town.adapter.site.limits.drawings = Bucket(0, 3_600.0)
    assert (await nobody.client.get("/a/1/picture")).status_code == 200
    town.adapter.site._activities._pictures._drawn.clear()
    assert (await nobody.client.get("/a/1/picture")).status_code == 429


def test_every_link_with_a_secret_has_a_limit_of_its_own(town: Town) -> None:
    secret = {"code", "secret", "token"}
    plain = {"number", "turn", "part", "name"}
    for route in town.adapter.site.app.routes:
        assert isinstance(route, Route)
        assert route.param_convertors.keys() <= secret | plain, route.path
