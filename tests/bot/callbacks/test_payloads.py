"""Callback data: what a button carries comes back the same, fits in 64 bytes, and garbage is refused, never a crash."""

import dataclasses
from enum import StrEnum
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handlers
from bot.callbacks import Payload, PayloadError, parse
from bot.callbacks.payload import MAX_BYTES

ROUTES = handlers.routes()
KINDS = sorted((kind for kind in Payload.kinds.values() if kind.__module__.startswith("bot.")), key=lambda k: k.TAG)
LARGEST_ID = 2_147_483_647
"""An INTEGER key of PostgreSQL: no row's id is larger."""

CODE = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_-", min_size=1, max_size=16)


def values_of(kind: type[Payload]) -> st.SearchStrategy[Payload]:
    """Return a strategy for payloads of a kind."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: _values(hints[field.name]) for field in dataclasses.fields(kind)})


def _values(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - one of four kinds
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(0, LARGEST_ID)
    return st.sampled_from(list(hint)) if issubclass(hint, StrEnum) else CODE


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_what_is_packed_is_parsed_back(kind: type[Payload]) -> None:
    @given(values_of(kind))
    def round_trip(payload: Payload) -> None:
        again = parse(payload.pack())
        assert again == payload
        assert type(again) is kind
        hints = get_type_hints(kind)
        assert all(type(getattr(again, name)) is hints[name] for name in hints if name not in ("TAG", "kinds"))

    round_trip()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_the_largest_ids_fit_in_a_button(kind: type[Payload]) -> None:
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        hint = hints[field.name]
        longest = max(hint, key=len) if issubclass(hint, StrEnum) else "x" * 12
        values[field.name] = True if hint is bool else LARGEST_ID if hint is int else longest
    assert len(kind(**values).pack().encode()) <= MAX_BYTES


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_every_payload_is_documented_and_answered(kind: type[Payload]) -> None:
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}("), "dataclass makes a docstring of its own"
    assert kind in ROUTES.taps, "a button that nothing answers"


def test_no_tag_is_taken_twice() -> None:
    with pytest.raises(TypeError, match="tag"):
        type("Twin", (Payload,), {}, tag=KINDS[0].TAG)
    with pytest.raises(TypeError, match="tag"):
        type("Nameless", (Payload,), {})


def test_a_payload_too_long_for_telegram_is_the_programmers_error_at_once() -> None:
    kind = next(kind for kind in KINDS if str in get_type_hints(kind).values() and len(dataclasses.fields(kind)) == 1)
    with pytest.raises(ValueError, match="64 bytes"):
        kind("字" * 30).pack()  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="colon"):
        kind("a:b").pack()  # type: ignore[call-arg]


@given(st.text(max_size=80))
def test_garbage_is_refused(data: str) -> None:
    _parses_or_is_refused(data)


@given(
    st.sampled_from([kind.TAG for kind in KINDS]),
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.integers().map(str),
            st.sampled_from(["", "-1", "1e5", "٣", "²", "1_0", " 1", "+1", "0x1", "nan", "9" * 40]),
        ),
        max_size=5,
    ),
)
def test_garbage_behind_a_known_tag_is_refused(tag: str, values: list[str]) -> None:
    _parses_or_is_refused(":".join([tag, *values]))


def _parses_or_is_refused(data: str) -> None:
    try:
        payload = parse(data)
    except PayloadError:
        return
    hints = get_type_hints(type(payload))
    for field in dataclasses.fields(payload):
        value = getattr(payload, field.name)
        assert isinstance(value, hints[field.name])
        assert not isinstance(value, int) or abs(value) < 2**63, "no database takes it"
    assert payload.pack() == data, "one button, one spelling"


@pytest.mark.parametrize(
    "data", ["", ":", "s", "s:", "s:x", "s:1:2:3", "nope:1", "s:" + "1" * 70, "ad:1:2", "ad:1:True"]
)
def test_these_are_refused(data: str) -> None:
    with pytest.raises(PayloadError):
        parse(data)
