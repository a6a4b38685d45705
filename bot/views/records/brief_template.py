"""The office's own Word template for the brief: its fields and their values, and the screens about it."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.callbacks.briefs import TemplateFileTap, TemplateResetTap
from bot.callbacks.common import CancelTap
from bot.documents.office_parts import OfficeTrouble
from bot.documents.paper_template import TemplateError, Values
from bot.documents.template_trouble import Place
from bot.documents.word import BODY, CENTRE, PLAIN, RED, RIGHT, TITLE, Block, Picture, Rule, Style, Text, write_word
from bot.texts import LANGUAGES, say
from bot.texts.voice import Voice
from bot.views.records import briefs as views
from bot.views.screen import DANGER, PRIMARY, Button, Row, Screen, lines, named
from corps.records import ledger
from corps.records.briefs import Brief
from corps.records.paper_templates import InUse

FIELDS = (
    "issuer", "issue", "year", "date", "title", "body", "photos", "activities", "people", "hours", "beneficiaries",
    "pairings", "rule", "to", "copy_to", "copies",
)  # fmt: skip
_PHOTOS = Style(size=10.5, align=CENTRE, pitch=0)


def values_of(voice: Voice, brief: Brief, photos: Sequence[bytes | None]) -> Values:
    """Return the fields' values by field name, in every language."""
    total = ledger.total(story.row for story in brief.stories)
    pictures, missing = views.pictures_of(voice, brief, photos)
    said: dict[str, str | list[str] | list[Picture]] = {
        "issuer": brief.issuer,
        "issue": str(brief.issue),
        "year": str(brief.made_on.year),
        "date": voice.date(brief.made_on, year=True),
        "title": views.title_of(voice, brief),
        "body": [block.text for block in views.body_of(voice, brief) if isinstance(block, Text)],
        "photos": pictures or missing,
        "activities": str(total.activities),
        "people": str(total.people),
        "hours": voice.hours(total.minutes),
        "beneficiaries": str(total.beneficiaries),
        "pairings": str(brief.pairings),
        "rule": "".join(views.rules_of(voice, brief)),
        **dict.fromkeys(("to", "copy_to", "copies"), voice("brief.to_be_filled").unescape()),
    }
    return {name: value for field, value in said.items() for name in _names(field)}


def _names(field: str) -> tuple[str, ...]:
    return tuple(str(say(language, f"brief.field_{field}")) for language in LANGUAGES)


def sample_values() -> Values:
    """Return values for trying a template: each field's value is its own name."""
    return {name: [name] if field in ("body", "photos") else name for field in FIELDS for name in _names(field)}


def own_template(voice: Voice) -> bytes:
    """Return our own layout as a template to start from."""

    def field(name: str) -> str:
        return "{{" + str(voice(f"brief.field_{name}")) + "}}"

    blocks: list[Block] = [
        Text(voice("brief.name", issuer=field("issuer")).unescape(), views.NAME),
        Text(voice("brief.issue", issue=field("issue")).unescape(), views.ISSUE),
        Text(field("issuer"), PLAIN, right=field("date")),
        Rule(RED, 2.25),
        Text(field("title"), TITLE),
        Text("", PLAIN),
        Text(field("body"), BODY),
        Text(field("photos"), _PHOTOS),
        Text(voice("brief.rule", rule=field("rule")).unescape(), BODY),
        Rule(),
        Text(voice("brief.to", to=field("to")).unescape(), PLAIN),
        Text(voice("brief.copy_to", to=field("copy_to")).unescape(), PLAIN),
        Rule(points=0.75),
        Text(field("issuer"), PLAIN, right=voice("brief.printed", day=field("date")).unescape()),
        Text(voice("brief.copies", copies=field("copies")).unescape(), Style(align=RIGHT)),
    ]
    return write_word(str(voice("brief.file_name")), blocks)


def template_screen(voice: Voice, found: InUse | None, said: Markup | None = None) -> Screen:
    """Return which template is in use and its fields, and ask for a file."""
    now = (
        voice("brief.template_office", name=found.name, by=found.by.name, when=voice.moment(found.at))
        if found
        else voice("brief.template_ours")
    )
    fields = [
        voice(
            "brief.template_field", field="{{" + voice(f"brief.field_{name}") + "}}", what=voice(f"brief.what_{name}")
        )
        for name in FIELDS
    ]
    rows: list[Row] = [(Button(voice("brief.template_file"), TemplateFileTap(), style=PRIMARY),)]
    rows += [(Button(voice("brief.template_reset"), TemplateResetTap(), style=DANGER),)] if found else []
    rows.append((Button(voice("button.cancel"), CancelTap()),))
    return Screen(lines(said, now, "", voice("brief.template_how"), "", *fields), tuple(rows))


def file_screen(voice: Voice, found: InUse | None) -> Screen:
    """Return the template that is in use as a file."""
    content = found.content if found else own_template(voice)
    name = voice("brief.template_name").unescape()
    return Screen(voice("brief.template_sent"), document=content, filename=f"{name}.docx")


def trouble_screen(voice: Voice, trouble: OfficeTrouble | TemplateError | None) -> Screen:
    """Say why a template is refused, or (None) ask for a file."""
    if trouble is None:
        text = voice("brief.template_waits")
    elif isinstance(trouble, OfficeTrouble):
        text = voice(f"paper.{trouble.value}")
    elif trouble.unknown:
        text = lines(voice("brief.template_unknown", names=named(voice, trouble.unknown)), _where(voice, trouble.place))
    else:
        text = lines(voice(f"brief.template_{trouble.trouble.value}"), _where(voice, trouble.place))
    return Screen(text, ((Button(voice("button.cancel"), CancelTap()),),))


def _where(voice: Voice, place: Place | None) -> Markup | None:
    if place is None:
        return None
    if not place.number:
        return voice("brief.template_where_around", text=place.text)
    return voice("brief.template_where", n=place.number, text=place.text)
