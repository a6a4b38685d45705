"""The office's own template is taken if it is text, pictures and known fields; what fills it is text and stays so."""

import io
import json
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape
from PIL import Image

from bot.documents.office_parts import OfficeError, OfficeTrouble
from bot.documents.paper_template import MOST_BYTES, TemplateError, Values, checked_template, fill_here, fill_template
from bot.documents.template_trouble import Place, TemplateTrouble
from bot.documents.word import PLAIN, Picture, Text, write_word
from bot.runtime.clock import Clock
from bot.texts.voice import Voice
from bot.views.records.brief_template import trouble_screen

WORDS: Values = {"标题": "题", "正文": ["一", "二"], "照片": ["无"]}


def paper(*lines: str) -> bytes:
    """Return a Word file."""
    return write_word("x", [Text(line, PLAIN) for line in lines])


def changed(name: str, content: bytes | None = None, *, was: bytes = b"", now: bytes = b"") -> bytes:
    """Return a Word file with a part more, or with something in a part replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(paper("{{标题}}"))) as old, zipfile.ZipFile(file, "w") as new:
        parts = {one: old.read(one) for one in old.namelist()}
        parts[name] = content if content is not None else parts[name].replace(was, now, 1)
        for one, part in parts.items():
            new.writestr(one, part)
    return file.getvalue()


def lines(content: bytes) -> list[str]:
    """Return the paragraphs of a Word file."""
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


def picture() -> bytes:
    """Return a JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (400, 300), "#3070A0").save(file, "JPEG")
    return file.getvalue()


def test_fields_are_filled_paragraph_by_paragraph_and_pictures_two_to_a_row() -> None:
    kept = checked_template(paper("《{{标题}}》", "{{正文}}", "{{照片}}"), WORDS)
    shown = [Picture(picture(), f"图{n}") for n in (1, 2, 3)]
    made = fill_template(kept, {"标题": "<b>&{{7*7}}", "正文": ["一", "{% raw %}"], "照片": shown})
    assert lines(made) == ["《<b>&{{7*7}}》", "一", "{% raw %}", " ", "图1　　图2", "", "图3"]
    assert len(docx.Document(io.BytesIO(made)).inline_shapes) == 3


@pytest.mark.parametrize(
    ("line", "trouble", "unknown"),
    [
        ("{{标题}}{{口号}}{{slogan}}", TemplateTrouble.UNKNOWN, ("slogan", "口号")),
        ("{{标题", TemplateTrouble.UNCLOSED, ()),
        ("{{标题%}", TemplateTrouble.UNCLOSED, ()),
        ("{{标题}", TemplateTrouble.UNCLOSED, ()),
        ("{{标题 正文}}", TemplateTrouble.EXPRESSION, ()),
        ("{{}}", TemplateTrouble.EXPRESSION, ()),
        ("{{标题.__class__.__mro__}}", TemplateTrouble.EXPRESSION, ()),
        ("{% 标题 %}", TemplateTrouble.TAG, ()),
        ("{% if 标题 %}{{标题}}", TemplateTrouble.TAG, ()),
        ("{% for one in range(10**9) %}{{标题}}{% endfor %}", TemplateTrouble.TAG, ()),
        ("{% include '/etc/passwd' %}", TemplateTrouble.TAG, ()),
    ],
)
def test_a_template_with_unknown_fields_or_code_is_refused_and_where_it_is_wrong_is_said(
    line: str, trouble: TemplateTrouble, unknown: tuple[str, ...]
) -> None:
    with pytest.raises(TemplateError) as error:
        checked_template(paper("{{标题}}", "", line, "{{正文}}"), WORDS)
    assert (error.value.trouble, error.value.unknown, error.value.place) == (trouble, unknown, Place(line, 2))
    for voice in (Voice("zh", Clock()), Voice("en", Clock())):
        said = str(trouble_screen(voice, error.value).text)
        assert f"<code>{escape(line)}</code>" in said
        assert "Error" not in said
        assert "expected" not in said


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ("一封别的信", TemplateTrouble.EMPTY),
        (
            "{% for a in range(99999) %}{% for b in range(99999) %}{{标题}}{% endfor %}{% endfor %}",
            TemplateTrouble.HEAVY,
        ),
    ],
)
def test_what_is_wrong_with_the_whole_template_is_said_of_the_whole(
    line: str, trouble: TemplateTrouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.documents.paper_template.SECONDS", 3.0)
    with pytest.raises(TemplateError) as error:
        checked_template(paper(line), WORDS)
    assert (error.value.trouble, error.value.place) == (trouble, None)


def test_the_head_of_the_page_is_named_as_such() -> None:
    footer = changed("word/footer1.xml", was=b"<w:p>", now="<w:p><w:r><w:t>{{口号}}</w:t></w:r>".encode())
    with pytest.raises(TemplateError) as error:
        checked_template(footer, WORDS)
    assert error.value.place is not None
    assert (error.value.place.number, error.value.place.text[:6]) == (0, "{{口号}}")


RELS = "word/_rels/document.xml.rels"


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"%PDF-1.7", OfficeTrouble.NOT_THIS_KIND),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 99, OfficeTrouble.OLD_FORMAT),
        (b"PK\x03\x04" + b"\0" * MOST_BYTES, OfficeTrouble.TOO_LARGE),
        (b"PK\x03\x04nothing", OfficeTrouble.DAMAGED),
        (changed("word/vbaProject.bin", b"x"), OfficeTrouble.MACROS),
        (changed("word/embeddings/oleObject1.docx", b"x"), OfficeTrouble.LINKS),
        (changed("word/afchunk.mht", b"x"), OfficeTrouble.LINKS),
        (changed(RELS, was=b"</Rel", now=b'<R TargetMode="External" Target="http://x"/></Rel'), OfficeTrouble.LINKS),
        (changed("word/x.xml", b'<w:instrText> INCLUDETEXT "/etc/passwd" </w:instrText>'), OfficeTrouble.LINKS),
        (changed(RELS, was=b"</Rel", now=b"<R TargetMode='Ext&#101;rnal'/></Rel"), OfficeTrouble.LINKS),
        (changed(RELS, was=b"</Rel", now=b'<R Type="http://x/vbaPr&#111;ject"/></Rel'), OfficeTrouble.MACROS),
        (
            changed("[Content_Types].xml", was=b"wordprocessingml.document.main", now=b"x.macro&#69;nabled.main"),
            OfficeTrouble.MACROS,
        ),
        (
            changed("word/x.xml", b"<p><w:instrText>DD</w:instrText><r/><i:instrText>E c</i:instrText></p>"),
            OfficeTrouble.LINKS,
        ),
        (changed("word/x.xml", b"<w:instrText>d&#100;eauto c:</w:instrText>"), OfficeTrouble.LINKS),
        (changed("word/x.xml", b"<w:fldSimple w:instr='include&#84;ext c'/>"), OfficeTrouble.LINKS),
        (changed("word/x.xml", b"<w:t>"), OfficeTrouble.DAMAGED),
        (changed("word/x.xml", b'<w:fldSimple w:instr="DDEAUTO c:\\\\cmd"/>'), OfficeTrouble.LINKS),
        (
            changed("word/x.xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
            OfficeTrouble.ENTITIES,
        ),
        (changed("word/x.xml", b"0" * 21_000_000), OfficeTrouble.TOO_LARGE),
    ],
    ids=lambda value: value.value if isinstance(value, OfficeTrouble) else "",
)
def test_what_is_more_than_text_and_pictures_is_refused(content: bytes, trouble: OfficeTrouble) -> None:
    with pytest.raises(OfficeError) as error:
        checked_template(content, WORDS)
    assert error.value.trouble is trouble


@settings(max_examples=5, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_whatever_is_typed_stands_there_as_text(title: str, body: list[str]) -> None:
    made = fill_template(paper("{{标题}}", "{{正文}}"), {"标题": title, "正文": body})
    assert b"fldSimple" in zipfile.ZipFile(io.BytesIO(made)).read("word/footer1.xml"), "ours: the page's number"
    assert b"instrText" not in zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml")
    assert len(lines(made)) >= 2


def test_the_child_says_what_is_wrong_and_never_fails() -> None:
    said = json.loads(fill_here(b'{"template": "", "values": {}}'))
    assert (said["trouble"], said["place"]) == (TemplateTrouble.OTHER, None)
