"""A webhook behind nginx, as the manual sets it up, with TLS: the secret, and 200 only for what is handled."""

import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.conftest import SERVER
from tests.processes.nginx import Nginx, needs_nginx
from tests.processes.town import Town, free_port, town, until

pytestmark = [needs_nginx, pytest.mark.long, pytest.mark.skipif(bool(SERVER), reason="test_many has it there")]

SECRET = "of-one-mind"


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    """An nginx, not yet started."""
    made = Nginx(tmp_path)
    yield made
    made.close()


async def pending(here: Town) -> int:
    """Return how many updates the server has not got a 200 for."""
    return int((await here.webhook_info())["pending_update_count"])


async def test_whoever_does_not_know_the_secret_is_turned_away_at_the_door(tmp_path: Path, nginx: Nginx) -> None:
    async with town(tmp_path, 2, trusts=nginx.certificate) as here:
        door = free_port()
        url = await nginx.open([door])
        here.start(WEBHOOK_URL=url, WEBHOOK_SECRET=SECRET, WEBHOOK_LISTEN=f"127.0.0.1:{door}")
        await here.hooked()
        await here.says(here.people[1], "/quota")
        await here.answer(here.people[1])
        forged = {"update_id": 9_000, "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}}
        async with httpx.AsyncClient(
            verify=ssl.create_default_context(cafile=nginx.certificate), timeout=60
        ) as stranger:
            for shown in ({}, {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1] + "x"}):
                assert (await stranger.post(url, json=forged, headers=shown)).status_code == 403
            assert (await stranger.get(url.replace("/telegram", "/"))).status_code == 404, "nothing else is let through"
            known = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            assert (await stranger.post(url, content=b"x" * 1_100_000, headers=known)).status_code == 413
            assert (await stranger.post(url, content=b"no update", headers=known)).status_code == 400


async def test_an_update_gets_its_200_once_it_is_handled_and_survives_a_kill_before(
    tmp_path: Path, nginx: Nginx
) -> None:
    async with town(tmp_path, 2, trusts=nginx.certificate) as here:
        door, person = free_port(), here.people[1]
        url = await nginx.open([door])
        settings = {"WEBHOOK_URL": url, "WEBHOOK_SECRET": SECRET, "WEBHOOK_LISTEN": f"127.0.0.1:{door}"}
        bot = here.start(**settings)
        await here.hooked()
        with closing(sqlite3.connect(tmp_path / "data" / "corps.db", isolation_level=None, timeout=20)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            await here.says(person, "/quota")
            await until(lambda: "database.unusable" in here.log(), 120, "the update waits for the database")
            assert await pending(here) == 1, "no 200 yet"
            bot.kill()
            bot.wait()
            holder.execute("ROLLBACK")
        assert await here.read(person) == []
        here.start(**settings)
        await here.reads(person, "公益讲座", 90)
        await here.no_update_left()
        assert len(await here.read(person)) == 1
