"""A schedule as a picture: every character shown, nothing that was typed breaks the drawing."""

from bot.documents.picture import SheetLine, SheetSection, clip, sheet_png, sheet_svg

SECTIONS = [
    SheetSection(
        "12月5日（周六）", (SheetLine("14:00–16:00", "防诈骗<b>公益讲座 & 喆堃镕", "磁器口街道金蓉社区 · 民盟"),)
    )
]


def test_the_sheet_is_a_png_of_some_height() -> None:
    png = sheet_png("本周安排", "沙磁·同心服务团", SECTIONS)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 900
    assert int.from_bytes(png[20:24], "big") > 250


def test_what_was_typed_stays_text() -> None:
    svg = sheet_svg("本周安排", "", SECTIONS)
    assert "防诈骗&lt;b&gt;公益讲座 &amp; 喆堃镕" in svg


def test_a_long_title_is_cut_not_run_over() -> None:
    assert clip("义诊" * 40, 20) == "义诊" * 4 + "义…"
    assert clip("short", 20) == "short"
