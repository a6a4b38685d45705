"""No page of another site drives the sandbox from the same browser, by whatever name or header it comes."""

import json
import resource
from io import BytesIO
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.http import botapi_endpoint
from sandbox.http.gate import KEY_HEADER, read_key
from sandbox.world import files
from tests.sandbox.conftest import CHEN, TOKEN, Hand

METHODS = ("GET", "POST", "DELETE", "PUT", "OPTIONS", "HEAD")
FOREIGN = (
    {"host": "rebound.example:21001"},
    {"host": "127.0.0.1.nip.example"},
    {"host": ""},
    {"origin": "null"},
    {"origin": "http://evil.example"},
    {"origin": "http://localhost:3000"},
    {"origin": "https://127.0.0.1"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
)
PATHS = ("/sandbox/state", "/sandbox/reset", "/sandbox/faults", f"/bot{TOKEN}/getMe", f"/file/bot{TOKEN}/x")


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_another_sites_page_is_turned_away_by_every_method(
    sandbox: Sandbox, desk: Hand, headers: dict[str, str]
) -> None:
    """With the key and the token in hand, even."""
    for path in PATHS:
        for method in METHODS:
            async with desk.session.request(method, sandbox.url + path, headers=headers) as response:
                assert response.status == 403, (method, path)
    assert sandbox.api.calls.since(0) == []


async def test_a_rebound_name_does_not_even_get_the_page(sandbox: Sandbox, desk: Hand) -> None:
    for path in ("/", "/page/api.js"):
        async with desk.session.get(sandbox.url + path, headers={"host": "rebound.example"}) as response:
            assert response.status == 403
            assert sandbox.key not in await response.text()


async def test_a_link_from_anywhere_leads_to_the_page(sandbox: Sandbox, desk: Hand) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    async with desk.session.get(sandbox.url + "/", headers=headers) as response:
        assert response.status == 200


@pytest.mark.parametrize("key", ["", "x", "{{key}}"])
async def test_what_people_do_needs_the_key_that_the_page_carries(
    sandbox: Sandbox, desk: Hand, bot: Hand, key: str
) -> None:
    headers = {KEY_HEADER: key}
    for path in ("state", "events", f"chats/{CHEN}/messages", "say", "reset", "faults", "upload"):
        for method in ("GET", "POST", "DELETE"):
            async with desk.session.request(method, f"{desk.prefix}/{path}", headers=headers) as response:
                assert response.status == 403, (method, path)
    async with desk.session.get(sandbox.url) as page:
        carried = read_key(await page.text())
    async with desk.session.get(f"{desk.prefix}/state", headers={KEY_HEADER: carried}) as response:
        assert response.status == 200


async def test_each_start_has_another_key(sandbox: Sandbox) -> None:
    assert Sandbox(token=TOKEN).key != sandbox.key


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
async def test_our_own_page_and_programs_come_in_by_every_name_of_this_machine(
    sandbox: Sandbox, desk: Hand, bot: Hand, name: str
) -> None:
    """A program says neither Origin nor Sec-Fetch, a browser on our page says that it is ours."""
    host = f"{name}:{sandbox.url.rpartition(':')[2]}"
    ours = {"host": host, "origin": f"http://{host}", "sec-fetch-site": "same-origin"}
    for headers in ({"host": host}, ours):
        async with bot.session.post(f"{bot.prefix}/getMe", headers=headers) as response:
            assert (await response.json())["ok"]
        async with desk.session.get(f"{desk.prefix}/state", headers=headers) as response:
            assert response.status == 200


@pytest.mark.parametrize("body", ["not json", "[1]", '"x"', "7", "null", "[" * 100_000, '{"a":' * 100_000, "\x00"])
@pytest.mark.parametrize("path", ["say", "tap", "flood", "clock", "groups", "faults", "limits", "people"])
async def test_what_is_no_json_object_is_refused(desk: Hand, bot: Hand, path: str, body: str) -> None:
    headers = {"content-type": "application/json"}
    for url in (f"{desk.prefix}/{path}", f"{bot.prefix}/sendMessage"):
        async with desk.session.post(url, data=body, headers=headers) as response:
            assert response.status == 400
            assert (await response.json())["error_code"] == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("flood", {"taps": [1]}),
        ("flood", {"taps": 7}),
        ("clock", {"advance_seconds": "Infinity"}),
        ("clock", {"advance_seconds": "nan"}),
        ("clock", {"advance_seconds": [1]}),
        ("say", {"person_id": [], "chat_id": CHEN, "text": "x"}),
        ("groups", {"title": "x", "person_ids": 7}),
    ],
)
async def test_an_object_with_nonsense_in_it_is_refused_or_done_never_a_crash(
    desk: Hand, path: str, body: dict[str, Any]
) -> None:
    async with desk.session.post(f"{desk.prefix}/{path}", data=json.dumps(body)) as response:
        assert response.status in (200, 400)


async def test_a_file_is_bounded_while_it_comes_and_lies_on_disk(
    sandbox: Sandbox, desk: Hand, bot: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def form(size: int) -> dict[str, Any]:
        return {"person_id": str(CHEN), "chat_id": str(CHEN), "file": BytesIO(b"x" * size)}

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    monkeypatch.setattr("sandbox.http.page_actions.MAX_BODY", 3_000_000)
    monkeypatch.setattr(botapi_endpoint, "MAX_BODY", 3_000_000)
    async with desk.session.post(f"{desk.prefix}/upload", data=form(2_500_000)) as response:
        assert response.status == 200
    stored = next(iter(sandbox.world.files.by_id.values()))
    assert stored.place.stat().st_size == stored.size == 2_500_000
    for url in (f"{desk.prefix}/upload", f"{bot.prefix}/sendDocument"):
        async with desk.session.post(url, data=form(3_000_001)) as response:
            assert response.status == 413
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
    assert len(sandbox.world.files.by_id) == 1


async def test_words_are_bounded_too(bot: Hand, desk: Hand) -> None:
    body = b" " * (botapi_endpoint.MAX_WORDS + 1)
    for url in (f"{desk.prefix}/say", f"{bot.prefix}/sendMessage"):
        async with desk.session.post(url, data=body, headers={"content-type": "application/json"}) as response:
            assert response.status == 413


def test_so_many_bytes_are_kept_in_all_and_the_oldest_files_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ROOM", 100)
    store = files.FileStore()
    kept = [store.keep("document", f"{n}.txt", "text/plain", b"x" * 40) for n in range(4)]
    assert [stored.id for stored in kept[2:]] == list(store.by_id)
    assert [stored.place.exists() for stored in kept] == [False, False, True, True]
    store.clear()
    assert not any(stored.place.exists() for stored in kept)
