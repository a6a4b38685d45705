"""The nearest peer that can be run here: home, card and sign-up of ephios, as `benchmarks.pages` measures ours.

ephios (MIT, on PyPI) is a web program in which members of an aid organisation sign up for the shifts of events. It
needs an environment of its own; `make bench-peer` makes that and runs both, one after the other.

`python -m benchmarks.peer [--rounds 150]` in that environment prints the table: 2,500 members, 50 events, requests one
after the other by the same HTTP client without a network, its own settings as for production, SQLite, its caches in
memory. Each sign-up is another member's.
"""

import argparse
import contextlib
import datetime as dt
import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

URL = "https://pages.example"
PEOPLE, EVENTS = 2_500, 50
WARM = 5
"""Requests before the clock starts: it compiles its templates and styles at first use."""

Ask = Callable[[httpx.Client, int], httpx.Response]


def set_up(folder: Path) -> None:
    """Let it find its settings, and make its database. To be called before anything of it is used."""
    os.environ |= {
        "DEBUG": "False",
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/peer.db",
        "ALLOWED_HOSTS": "*",
        "SITE_URL": URL,
        "EMAIL_URL": "dummymail://",
        "DEFAULT_FROM_EMAIL": "corps@example.org",
        "SERVER_EMAIL": "corps@example.org",
        "ADMINS": "Corps <corps@example.org>",
        "DJANGO_SETTINGS_MODULE": "ephios.settings",
    }
    import django
    from django.core.management import call_command

    with contextlib.redirect_stdout(io.StringIO()):
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("build")


def fill() -> tuple[list[Any], list[Any]]:
    """Let there be members in a group, and events that it sees, with a shift each; return people and events."""
    from django.contrib.auth.models import Group
    from ephios.core.models import Event, EventType, Shift, UserProfile
    from guardian.shortcuts import assign_perm

    group, kind = Group.objects.create(name="Volunteers"), EventType.objects.create(title="Service")
    born = dt.date(1968, 1, 1)
    UserProfile.objects.bulk_create(
        UserProfile(email=f"m{number}@example.org", display_name=f"Member {number}", date_of_birth=born, password="!")
        for number in range(PEOPLE)
    )
    people, events = list(UserProfile.objects.order_by("pk")), []
    group.user_set.add(*people)
    for number in range(EVENTS):
        events.append(Event.objects.create(title=f"Lecture {number}", type=kind, location="Jinrong", active=True))
        assign_perm("core.view_event", group, events[-1])
        starts = dt.datetime.now(dt.UTC) + dt.timedelta(days=9, hours=3 * number)
        Shift.objects.create(
            event=events[-1],
            meeting_time=starts,
            start_time=starts,
            end_time=starts + dt.timedelta(hours=2),
            signup_flow_slug="instant_confirmation",
            signup_flow_configuration={"signup_until": starts},
            structure_slug="uniform",
            structure_configuration={"minimum_age": 18},
        )
    return people, events


class Browsers:
    """Browsers that are in as members, numbered from 0."""

    def __init__(self, rounds: int) -> None:
        from django.conf import settings
        from django.test import Client

        people, self.events = fill()
        self.cookies = []
        for person in people[: rounds + WARM]:
            client = Client()
            client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
            self.cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")

    def home(self, client: httpx.Client, number: int) -> httpx.Response:
        """Open the first page."""
        return client.get("/", headers={"cookie": self.cookies[number]})

    def card(self, client: httpx.Client, number: int) -> httpx.Response:
        """Open the page of an event."""
        path = self.events[number % EVENTS].get_absolute_url()
        return client.get(path, headers={"cookie": self.cookies[number]})

    def sign_up(self, client: httpx.Client, number: int) -> httpx.Response:
        """Press the button that signs up at once."""
        shift, token = self.events[number % EVENTS].shifts.first(), "c" * 32
        form = {"csrfmiddlewaretoken": token, "quick_action": "1", "signup_choice": "sign_up"}
        headers = {"cookie": f"{self.cookies[number]}; csrftoken={token}", "referer": f"{URL}/"}
        return client.post(f"/shifts/{shift.pk}/signup/", data=form, headers=headers)


def timed(client: httpx.Client, ask: Ask, rounds: int) -> tuple[float, float]:
    """Ask so many times; return milliseconds of the processor a request, and of the clock for 95 of a hundred."""
    for number in range(rounds, rounds + WARM):
        ask(client, number)
    took, began = [], time.process_time()
    for number in range(rounds):
        since = time.perf_counter()
        answer = ask(client, number)
        took.append((time.perf_counter() - since) * 1000)
        assert answer.status_code in (200, 302), answer.text[:300]
    return (time.process_time() - began) * 1000 / rounds, statistics.quantiles(took, n=20)[-1]


def statements(client: httpx.Client, ask: Ask, number: int) -> int:
    """Return how many SQL statements one request runs."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as said:
        ask(client, number)
    return len(said)


def main() -> None:
    """Measure each, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=150)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder))
        from ephios.core.models import LocalParticipation
        from ephios.wsgi import application

        browsers = Browsers(rounds)
        print("| ephios | pages a second | p95 ms | statements |")
        print("| --- | --- | --- | --- |")
        with httpx.Client(transport=httpx.WSGITransport(app=application), base_url=URL) as client:
            for name in ("home", "card", "sign_up"):
                ask = getattr(browsers, name)
                processor, p95 = timed(client, ask, rounds)
                ran = statements(client, ask, 0)
                print(f"| {name} | {1000 / processor:.1f} | {p95:.1f} | {ran} |", flush=True)
        signed = LocalParticipation.objects.filter(state=LocalParticipation.States.CONFIRMED).count()
        assert signed == rounds + WARM, f"{signed} signed up"


if __name__ == "__main__":
    main()
