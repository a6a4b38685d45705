"""Every sentence exists in both languages, with the same places to fill in, and every key the code names exists."""

import ast
import inspect
import re
import string
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from markupsafe import Markup

from bot import texts
from bot.access import Access
from bot.documents.office_parts import OfficeTrouble
from bot.documents.template_trouble import TemplateTrouble
from bot.robots.answers import Verdict
from bot.views import cards, ledger, menu, new_activity, notices, numbers, personal_data
from bot.views.records import brief_template, sign_in_sheet
from corps import addresses
from corps.activities import entry_answers as posting_rules
from corps.activities.cautions import CautionKind
from corps.activities.entry_answers import Step
from corps.activities.holidays import DayKind
from corps.activities.listing import ActivityList
from corps.activities.schedules import ScheduleSpan
from corps.broadcasts.audience import Scope, Which
from corps.broadcasts.compose_form import InputTrouble
from corps.broadcasts.progress import ROBOTS
from corps.broadcasts.recipients import Why
from corps.changes.edit_answers import EditField
from corps.mailbox import mailboxes
from corps.membership.said import Meaning
from corps.notices.declarations import DECLARED
from corps.notices.kinds import Kind
from corps.own_hours.own_form import Step as OwnStep
from corps.own_hours.own_services import Stage as OwnStage
from corps.pages import devices
from corps.pairings import pairing_form
from corps.parsing.counts import CountRefusalCode
from corps.parsing.slot_list import SlotRefusalCode
from corps.parsing.times import RefusalCode
from corps.planning.plans import Give
from corps.quotas.tally import TallyStage
from corps.records.certificates import CertificatePeriod, RevokeReason
from corps.records.hand_in import RowState
from corps.records.platforms import Lack
from corps.refusals import Reason
from corps.robots import CHANNELS
from corps.rounding import Rounding
from corps.system.roster import Change
from corps.today import Matter
from corps.visits.visit_form import FIELDS
from models.enums import (
    AttendanceState,
    CertificateState,
    CheckedBy,
    CountedBy,
    Failure,
    FeedScope,
    MailChange,
    ObjectionState,
    OwnState,
    PairingCounts,
    PairingState,
    PhotoState,
    Source,
    TurnState,
)

ROOT = Path(__file__).parents[3]
SPEAKING = ("bot", "handlers", "scheduler", "web")
KEY = re.compile(r"[a-z_]+\.[\w.]+")
ALLOWED_TAGS = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler"}
"""https://core.telegram.org/bots/api#html-style, as far as we use it."""


def _kinds_spoken_by_name() -> Iterable[str]:
    """Return the kinds whose view says `notice.<kind>` by the kind's own name."""
    return (kind.value for kind, view in notices._VIEWS.items() if 'f"notice.{' in inspect.getsource(view))


def _posting_problems() -> Iterator[str]:
    yield from (f"{step}_{code}" for step in ("title", "place") for code in ("empty", "long", "twice"))
    yield from ("notes_empty", "notes_long", "notes_unplaced", "reason_empty", "reason_long", "end_not_understood")
    yield from (f"category_{code}" for code in ("several", "unknown", "pairing", "twice"))
    yield from ("venue_unknown", "venue_twice", "slots_note", "teams_unknown", "teams_own", "teams_empty", "time_twice")
    yield from (f"time_{code.value}" for code in RefusalCode)
    yield from (f"end_{code.value}" for code in posting_rules.END_PROBLEMS)
    yield from (f"slots_{code.value}" for code in SlotRefusalCode)
    yield from (f"slots_{code}" for code in ("many", "long", "number", "one", "hours"))


ROLES = ("leader", "coordinator")
CHOICES = ("category", "activity", "silent")
"""The questions of /broadcast that offer a list."""


def _fields_exported() -> Iterable[str]:
    """Return the fields of a person that the export names."""
    return (key.split("field_")[1] for key in texts.catalog("zh") if key.startswith("export.field_"))


CHINESE_ONLY = {"unit"}
"""The measure word of a category (场, 个): English has none."""


def _listed(head: str) -> Callable[[], Iterable[str]]:
    """Return a family of words of which the code may name any: what is stored decides (`/audit`, `/notices`)."""
    return lambda: (key.removeprefix(head) for key in texts.catalog("zh") if key.startswith(head))


def _ledger_heads() -> Iterator[str]:
    yield from (f"column_{name}" for name in ledger.COLUMNS)
    yield from (f"pairing_{name}" for name in ledger.PAIRING_COLUMNS)
    yield from (f"own_{name}" for name in ledger.OWN_COLUMNS)
    yield from (f"total_{name}" for name in (*ledger.TOTALS, *ledger.BY_MONTH, *ledger.BY_KIND, *ledger.BY_VENUE))
    yield from (f"quota_{name}" for name in ledger.QUOTA)
    yield from (f"person_{name}" for name in ledger.PEOPLE_COLUMNS)
    yield from (f"visit_{name}" for name in ledger.VISIT_COLUMNS)


FAMILIES: dict[str, Callable[[], Iterable[str]]] = {
    "words.button_{}": lambda: menu.TAKE_WORDS,
    "words.ask_{}": lambda: menu.TAKE_WORDS,
    "robot.kind_{}": lambda: CHANNELS,
    "robot.how_{}": lambda: CHANNELS,
    "robot.list_{}": lambda: (Kind.CARD.value, Kind.CHANGED.value, Kind.CANCELLED.value),
    "robot.refused_{}": lambda: (verdict.value for verdict in Verdict if verdict is not Verdict.TAKEN),
    "robot.card_{}": lambda: ("sent", "queued", "stopped", "failed"),
    "robot.{}": lambda: ("no_key", "still_there", "stray"),
    "command.{}": lambda: (
        *menu.MEMBERS,
        *menu.EVERYBODY,
        *menu.TYPED,
        *menu.LEADERS,
        *menu.COORDINATORS,
        *menu.OFFICES,
        *menu.IN_GROUPS,
    ),
    "menu.{}": lambda: (*menu.MEMBERS, *menu.EVERYBODY, *menu.LEADERS, *menu.COORDINATORS, *menu.OFFICES),
    "rotation.turn_{}": lambda: ("proposed", "accepted", "held"),
    "rotation.told_{}": lambda: (state.value for state in TurnState),
    "pairing.rule_{}": lambda: (rule.value for rule in PairingCounts),
    "visit.{}": lambda: FIELDS,
    "visit.ask_{}": lambda: FIELDS,
    "button.visit_{}": lambda: FIELDS,
    "plan.give_{}": lambda: (give.value for give in Give),
    "plan.why_day_{}": lambda: (kind.value for kind in DayKind if kind is not DayKind.UNKNOWN),
    "quota.{}_{}": lambda: (
        *(f"activities_{stage.value}" for stage in TallyStage),
        *("pairings_verified", "pairings_reported"),
    ),
    "data.{}": lambda: ("sign_ups", "attendance", "acknowledged", "notices", "trace"),
    "quota.forecast{}": lambda: ("", "_pairing", "_met", "_few", "_late"),
    "said.{}": lambda: (
        *(meaning.value for meaning in Meaning if meaning is not Meaning.NOTICE),
        *("will_see", "passed_on", "will_see_later", "passed_on_later", "leaders", "coordinators"),
    ),
    "named.{}": lambda: ("coordinator", "leader", "member", "somebody"),
    "calendar.scope_{}": lambda: (scope.value for scope in FeedScope),
    "calendar.name_{}": lambda: (scope.value for scope in FeedScope),
    "calendar.title_{}": lambda: ("cancelled", "left"),
    "certificate.ask_{}": lambda: (period.value for period in CertificatePeriod),
    "certificate.state_{}": lambda: (state.value for state in CertificateState),
    "certificate.reason_{}": lambda: (reason.value for reason in RevokeReason),
    "certificate.field_{}": _listed("certificate.field_"),
    "certificate.sign_{}": _listed("certificate.sign_"),
    "notice.certificate_{}": lambda: ("request", "issued", "declined", "revoked"),
    "hours.rule_{}": lambda: (rounding.value for rounding in Rounding),
    "hours.source_{}": lambda: (source.value for source in Source),
    "own.ask_{}": lambda: (step.value for step in OwnStep),
    "own.ask_why_{}": lambda: ("return", "withdraw"),
    "own.problem_{}": lambda: ("empty", "too_long", "future", "hours", "no_photo"),
    "own.state_{}": lambda: (state.value for state in OwnState),
    "button.own_{}": lambda: (stage.value for stage in OwnStage),
    "notice.own_{}": lambda: (*(stage.value for stage in OwnStage), "verified", "returned"),
    "objection.state_{}": lambda: (state.value for state in ObjectionState),
    "told.{}": lambda: ("leaders", "coordinators"),
    "why.{}": lambda: ("sick", "work", "other"),
    "join.who_{}": lambda: ("leaders", "coordinators"),
    "join.{}": lambda: ("former_elsewhere", "former", "listed"),
    "door.needs_{}": lambda: (need.name.lower() for need in Access if need is not Access.ANYONE),
    "help.{}": lambda: (level.name.lower() for level in Access),
    "import.sheet_{}": _listed("import.sheet_"),
    "import.head_{}": _listed("import.head_"),
    "import.example_{}_{}": _listed("import.example_"),
    "import.wrong_{}": _listed("import.wrong_"),
    "handin.{}": lambda: (state.value for state in RowState if state is not RowState.ENTERED),
    "handin.head_{}": _listed("handin.head_"),
    "handin.lack_{}": lambda: (lack.value for lack in Lack),
    "brief.field_{}": lambda: brief_template.FIELDS,
    "brief.what_{}": lambda: brief_template.FIELDS,
    "brief.template_{}": lambda: tuple(TemplateTrouble),
    "paper.{}": lambda: (trouble.value for trouble in OfficeTrouble),
    "sheet.{}": lambda: (trouble.value for trouble in OfficeTrouble),
    "refused.{}": lambda: (reason.value for reason in Reason),
    "notice.{}": _kinds_spoken_by_name,
    "card.state_{}": lambda: (state.value for state in cards._TOLD),
    "ledger.source_{}": lambda: (source.value for source in Source),
    "roster.{}": lambda: (change.value for change in Change),
    "start.{}": lambda: ("coordinator", "leader", "member"),
    "posting.ask_{}": lambda: (step.value for step in Step),
    "posting.{}": lambda: (*_posting_problems(), *(f"assumed_{assumed.value}" for assumed in posting_rules.TOLD)),
    "posting.slots_common_{}": lambda: map(str, range(1, new_activity.COMMON_SLOTS + 1)),
    "posting.assumed_{}": lambda: (assumed.value for assumed in posting_rules.TOLD),
    "report.count_{}": lambda: (code.value for code in CountRefusalCode),
    "alarm.{}": lambda: {key.split(".")[1] for key in texts.catalog("zh") if key.startswith("alarm.")},
    "change.{}": lambda: (field.value for field in EditField if field not in (EditField.ADD, EditField.REMOVE)),
    "change.slot_{}": lambda: ("open", "all"),
    "edit.ask_{}": lambda: (field.value for field in EditField),
    "edit.field_{}": lambda: ("title", "time", "place", "venue", "notes", "slots", "team"),
    "listing.heading_{}": lambda: (shelf.name.lower() for shelf in ActivityList),
    "listing.empty_{}": lambda: (shelf.name.lower() for shelf in ActivityList),
    "listing.state_{}": lambda: ("cancelled", "reported", "verified"),
    "mine.{}": lambda: (*(state.value for state in AttendanceState), "present_unverified"),
    "posting.length_{}": lambda: new_activity.COMMON_LENGTHS,
    "caution.{}": lambda: (kind.value for kind in CautionKind),
    "sheet.column_{}": lambda: sign_in_sheet.COLUMNS,
    "checked_by.{}": lambda: (by.value for by in CheckedBy),
    "counted.{}": lambda: (how.value for how in CountedBy),
    "role.{}": lambda: ("member", *ROLES),
    "member.{}": lambda: ROLES,
    "member.un{}": lambda: ROLES,
    "member.asks_{}": lambda: ROLES,
    "member.asks_un{}": lambda: ROLES,
    "member.now_{}": lambda: ROLES,
    "member.now_un{}": lambda: ROLES,
    "notice.last_call_{}": lambda: ("claim", "leader"),
    "notice.list_{}": lambda: (
        kind.value for kind, known in DECLARED.items() if known.listing and kind is not Kind.UNREACHABLE
    ),
    "notice.mail_{}": lambda: MailChange,
    "notice.role_{}": lambda: ROLES,
    "notice.role_un{}": lambda: ROLES,
    "team.sure_{}": lambda: ("renew", "revoke"),
    "team.asks_{}": lambda: ("renew", "revoke"),
    "lead.{}": lambda: ("days", "hours"),
    "pause.{}": lambda: ("week", "month"),
    "export.{}": lambda: personal_data._CHAPTERS,
    "export.field_{}": _fields_exported,
    "report.photo_{}": lambda: (
        state.value for state in PhotoState if state not in (PhotoState.WAITING, PhotoState.KEPT, PhotoState.REMOVED)
    ),
    "history.{}": _listed("history."),
    "channel.{}": lambda: (addresses.TELEGRAM, devices.WEB, mailboxes.MAIL, ROBOTS),
    "pages.kind_{}": _listed("pages.kind_"),
    "pages.in_{}": _listed("pages.in_"),
    "board.{}": _listed("board."),
    **{
        f"board.{name}_{{}}": _listed(f"board.{name}_")
        for name in ("role", "delivery", "state", "way", "is", "mark", "by", "paper", "sent")
    },
    "page.{}": lambda: ("activities", "mine", "settings"),
    "word.{}": lambda: (key.split(".")[1] for key in texts.catalog("zh") if key.startswith("word.")),
    "audit.{}": _listed("audit."),
    "audit.{}_{}": _listed("audit."),
    "audit.field_{}": _listed("audit.field_"),
    "kind.{}": lambda: {*(kind.value for kind in Kind), *_listed("kind.")()},
    "ledger.{}_{}": _ledger_heads,
    "ledger.note_{}": lambda: ledger.NOTES,
    "ledger.sheet_{}": lambda: ("detail", "people", "pairings", "visits", "own"),
    "today.of_{}": lambda: (matter.value for matter in Matter),
    "today.do_{}": lambda: (matter.value for matter in Matter),
    "numbers.choose_{}": _listed("numbers.choose_"),
    "numbers.head_{}": lambda: numbers.MAIN,
    "numbers.column_{}": lambda: numbers.TEAM_COLUMNS,
    "ledger.state_{}": lambda: (PairingState.CONFIRMED.value, PairingState.ENDED.value),
    "outbox.why_{}": lambda: (failure.value for failure in Failure),
    "pairing.ask_{}": lambda: (step.value for step in pairing_form.Step),
    "pairing.ask_why_{}": lambda: ("return", "end"),
    "pairing.done_{}": lambda: ("return", "end"),
    "pairing.problem_{}": lambda: ("empty", "too_long", "team_unknown", "since_future"),
    "pairing.state_{}": lambda: (state.value for state in PairingState),
    "report.ask_{}": lambda: ("number", "how", "ready", "words", "photos", "sheet"),
    "button.fix_{}": lambda: ("number", "how", "words", "photos", "sheet"),
    "broadcast.{}": lambda: (span.value for span in ScheduleSpan),
    "broadcast.scope_{}": lambda: (scope.value for scope in Scope),
    "broadcast.to_{}": lambda: (Scope.ALL.value, Scope.LEADERS.value),
    "broadcast.to_activity_{}": lambda: (which.value for which in Which),
    "broadcast.which_{}": lambda: (which.value for which in Which),
    "broadcast.ask_{}": lambda: CHOICES,
    "broadcast.no_{}": lambda: CHOICES,
    "broadcast.group_{}": lambda: ("sent", "queued", "failed", "stopped"),
    "broadcast.why_{}": lambda: (why.value for why in Why),
    "broadcast.trouble_{}": lambda: (
        trouble.value for trouble in InputTrouble if trouble is not InputTrouble.ALBUM_AGAIN
    ),
    "posting.time_{}": lambda: (code.value for code in RefusalCode),
    "schedule.title_{}": lambda: (span.value for span in ScheduleSpan),
    "schedule.sheet_{}": lambda: (span.value for span in ScheduleSpan),
    "groups.{}": lambda: ("hidden_admin", "only_in_group", "unbound", "hello"),
}
"""Keys that the code puts together, and what can stand in the gap. A new f-string key needs its line here."""


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Yield the modules that speak, parsed."""
    for room in SPEAKING:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def _silent(tree: ast.Module) -> set[int]:
    """Return the nodes that are no keys: names of log events, docstrings."""
    nodes = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == "log":
                nodes |= {id(child) for argument in node.args for child in ast.walk(argument)}
        if isinstance(node, ast.JoinedStr):
            nodes |= {id(part) for part in node.values}
        if isinstance(node, ast.Expr):
            nodes |= {id(child) for child in ast.walk(node.value) if isinstance(node.value, ast.Constant)}
    return nodes


def named_outright() -> dict[str, Path]:
    """Return the keys that stand in the code as they are."""
    rooms = {key.split(".")[0] for key in texts.catalog("zh")}
    found = {}
    for path, tree in sources():
        silent = _silent(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in silent:
                continue
            if KEY.fullmatch(node.value) and node.value.split(".")[0] in rooms:
                found[node.value] = path
    for path in sorted((ROOT / "web" / "templates").glob("*.html")):
        found |= dict.fromkeys(re.findall(r"""voice\(["']([a-z_.]+)["']""", path.read_text(encoding="utf-8")), path)
    return found


def put_together() -> dict[str, Path]:
    """Return the keys that the code puts together, with `{}` in the gaps."""
    rooms = {key.split(".")[0] for key in texts.catalog("zh")}
    found = {}
    for path, tree in sources():
        silent = _silent(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and id(node) not in silent:
                parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
                shape = "".join(parts)
                if re.fullmatch(r"[a-z_]+\.[\w{}.]+", shape) and shape.split(".")[0] in rooms:
                    found[shape] = path
    return found


def members(shape: str) -> list[str]:
    """Return the keys of a family."""
    head = shape.split("{}", maxsplit=1)[0]
    return [head + value for value in FAMILIES[shape]()]


def placeholders(form: str) -> set[str]:
    """Return the names in a sentence's curly brackets."""
    return {name for _, name, _, _ in string.Formatter().parse(form) if name is not None}


def test_both_languages_have_the_same_keys() -> None:
    assert set(texts.catalog("zh")) == set(texts.catalog("en"))


def test_both_languages_fill_in_the_same_places() -> None:
    for key, zh in texts.catalog("zh").items():
        for form in (*zh[1:], *texts.catalog("en")[key]):
            missing = placeholders(zh[0]) ^ placeholders(form)
            assert missing <= {"n"} | CHINESE_ONLY, f"{key}: {missing}"
        everywhere = set().union(*map(placeholders, texts.catalog("en")[key]))
        assert placeholders(zh[0]) - CHINESE_ONLY == everywhere - CHINESE_ONLY, key


def test_no_sentence_is_empty_and_none_has_a_nameless_place() -> None:
    for language in texts.LANGUAGES:
        for key, forms in texts.catalog(language).items():
            assert forms, (language, key)
            assert all(form.strip() for form in forms), (language, key)
            assert all(name.isidentifier() for form in forms for name in placeholders(form)), (language, key)


def test_sentences_hold_no_tag_that_telegram_refuses() -> None:
    for language in texts.LANGUAGES:
        for key, forms in texts.catalog(language).items():
            for form in forms:
                opened = re.findall(r"<([a-z-]+)[^>]*>", form)
                closed = re.findall(r"</([a-z-]+)>", form)
                assert set(opened) <= ALLOWED_TAGS, (language, key)
                assert sorted(opened) == sorted(closed), (language, key)
                assert not re.search(r"&(?!(lt|gt|amp|quot);)|<(?![a-z/])", form), (language, key)


def test_every_key_named_in_the_code_has_a_sentence() -> None:
    missing = {key: str(path) for key, path in named_outright().items() if key not in texts.catalog("zh")}
    assert not missing


def test_every_key_the_code_puts_together_is_listed_here() -> None:
    unlisted = {shape: str(path) for shape, path in put_together().items() if shape not in FAMILIES}
    assert not unlisted, "add a line to FAMILIES"
    assert not set(FAMILIES) - set(put_together()), "no longer in the code"


@pytest.mark.parametrize("shape", sorted(FAMILIES))
def test_every_key_put_together_has_a_sentence(shape: str) -> None:
    assert [key for key in members(shape) if key not in texts.catalog("zh")] == []


def test_no_sentence_is_left_over() -> None:
    used = set(named_outright()) | {key for shape in FAMILIES for key in members(shape)}
    assert sorted(set(texts.catalog("zh")) - used) == []


def test_what_people_typed_is_escaped() -> None:
    said = texts.say("zh", "card.title", title="<b>粗</b> & <script>")
    assert said == Markup("<b>&lt;b&gt;粗&lt;/b&gt; &amp; &lt;script&gt;</b>")
    assert "{name}" in texts.say("zh", "card.title", title="{name}"), "nothing typed is filled in a second time"


def test_english_tells_one_from_many() -> None:
    for key, forms in texts.catalog("en").items():
        if len(forms) > 1:
            places = dict.fromkeys(set().union(*map(placeholders, forms)) - {"n"}, "x")
            assert texts.say("en", key, n=1, **places) == forms[0].format(n=1, **places)
            assert texts.say("en", key, n=3, **places) == forms[-1].format(n=3, **places)


def test_an_unknown_key_is_an_error_and_not_a_sentence() -> None:
    with pytest.raises(KeyError):
        texts.say("zh", "no.such_key")


def test_every_kind_of_notice_that_the_corps_owes_has_a_view() -> None:
    owed = {
        node.attr
        for path in sorted((ROOT / "corps").glob("*.py"))
        if path.stem != "notice_kinds"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Kind"
    }
    assert [kind for kind in Kind if kind.name in owed and kind not in notices._VIEWS] == []


ABOUT_PAGES = ("page.", "pages.", "audit.page.", "kind.page_", "notice.page_", "channel.web", "board.", "mail.")
OF_PAGES = {
    "door.known_before", "team.invitation_page", "member.page_link", "refused.link_ended", "refused.let_in_by_you",
    "export.devices", "word.device", "leave.asks_page", "leave.done_page", "notice.unreachable_page",
    "outbox.why_no_browser", "paper.links", "sheet.links",
}  # fmt: skip
"""What is said of pages is said where there are pages, or of a file that was sent (the last two)."""


@pytest.mark.parametrize(
    ("language", "pages"), [("zh", "网页|个人页|浏览器"), ("en", r"\byour page\b|personal page|a page\b|browser")]
)
def test_a_corps_without_pages_reads_nothing_of_them(language: str, pages: str) -> None:
    found = {key for key, said in texts.catalog(language).items() if re.search(pages, "".join(said), re.IGNORECASE)}
    assert {key for key in found - OF_PAGES if not key.startswith(ABOUT_PAGES)} == set()


def test_english_has_no_chinese_in_it() -> None:
    """Names that people typed come in as values; the sentences themselves are English through and through."""
    chinese = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
    name_of_the_other_language = {"settings.other_language"}
    wrong = {key: forms for key, forms in texts.catalog("en").items() if any(chinese.search(form) for form in forms)}
    assert set(wrong) <= name_of_the_other_language, wrong


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_sentence_of_a_change_names_only_who_and_on_what(language: str) -> None:
    """The rest is said below it, whatever it is: a sentence that asks for more would end /audit for everybody."""
    about = re.compile(r"audit\.[a-z_]+\.[a-z_]+")
    said = {key: forms for key, forms in texts.catalog(language).items() if about.fullmatch(key)}
    assert len(said) > 50
    for key, forms in said.items():
        for form in forms:
            assert {name for _, name, _, _ in string.Formatter().parse(form) if name} <= {"who", "on"}, key


BY_NOBODY = {
    "audit.member.named_coordinator", "audit.address.back", "audit.address.unreachable", "audit.member.back",
    "audit.member.unreachable", "audit.member.consent", "audit.member.erase", "audit.member.founded",
    "audit.member.depart_erased", "audit.roster.change", "audit.rating.give",
}  # fmt: skip
"""What happens by itself, is done by whom it is about, or by somebody who is not to be named."""


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_log_says_who_did_what(language: str) -> None:
    said = {key: "".join(forms) for key, forms in texts.catalog(language).items() if key.startswith("audit.")}
    assert {key for key, form in said.items() if key.count(".") > 1 and "{who}" not in form} == BY_NOBODY
