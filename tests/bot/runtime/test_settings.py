"""A mistake in the settings stops the start with one sentence that names it; what is right is understood."""

import datetime as dt
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

from bot.runtime.settings import Settings, SettingsError, load_settings
from corps.addresses import Address, telegram
from corps.moment import Quiet


def loaded(tmp_path: Path, written: str = "", **environ: str) -> Settings:
    """Load a `.env` with that text, in an environment of those variables and no others."""
    path = tmp_path / ".env"
    path.write_text(written, encoding="utf-8")
    return load_settings(path, environ)


def complaint(tmp_path: Path, written: str = "", **environ: str) -> str:
    """Return the sentence with which the start is refused."""
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, written, **environ)
    return str(caught.value)


def test_everything_has_a_working_default_and_no_file_is_needed(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "absent", {})
    assert settings.sandboxed
    assert settings.timezone == "Asia/Shanghai"
    assert settings.database == "sqlite:///data/sandbox.db"
    assert loaded(tmp_path, BOT_TOKEN="1:abc").database == "sqlite:///data/tongxin.db"


def test_a_misspelt_name_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    sentence = complaint(tmp_path, "BOT_TOKN=1:abc\n")
    assert "BOT_TOKN" in sentence
    assert "Did you mean BOT_TOKEN?" in sentence
    assert "\n" not in sentence


def test_a_name_that_resembles_nothing_is_named_without_a_guess(tmp_path: Path) -> None:
    sentence = complaint(tmp_path, "XYZZY=1\n")
    assert "XYZZY" in sentence
    assert "Did you mean" not in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BOT_TOKEN", "no colon"),
        ("BOT_API_URL", "localhost:8081"),
        ("TIMEZONE", "Asia/Chongqing2"),
        ("COORDINATOR_IDS", "wang, li"),
        ("COORDINATOR_IDS", "-5"),
        ("COORDINATOR_IDS", "telegram:wang"),
        ("COORDINATOR_IDS", "mail:"),
        ("LANGUAGE", "fr"),
        ("PROXY_URL", "10.9.8.7:1080"),
        ("SMTP_URL", "mail.example.org:587"),
        ("SMTP_URL", "http://u:hunter2@smtp.example.org"),
        ("SMTP_URL", "smtp://u:hunter2@smtp.example.org:587/path"),
        ("SMTP_URL", "smtp://u:hun/ter2@smtp.example.org:587"),
        ("SMTP_URL", "smtp://u@smtp.example.org:587"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@example.org, b@example.org"),
        ("REMINDER_LEADS", "3 days"),
        ("REMINDER_LEADS", "0h"),
        ("QUOTA_DIGEST_CRON", "0 9 * *"),
        ("QUOTA_DIGEST_CRON", "0 25 * * mon"),
        ("QUOTA_DIGEST_CRON", "0 9 * * monday-ish"),
        ("QUIET_HOURS", "22-7"),
        ("QUIET_HOURS", "25:00-07:00"),
        ("TICK_SECONDS", "0"),
        ("TICK_SECONDS", "often"),
        ("SANDBOX_PORT", "70000"),
        ("LOG_LEVEL", "LOUD"),
        ("WEBHOOK_URL", "example.org/hook"),
        ("WEB_URL", "https://pages.example.org/tongxin"),
        ("WEB_URL", "https://pages.example.org?a=b"),
        ("WEBHOOK_SECRET", "a b"),
        ("WEBHOOK_LISTEN", "8443"),
    ],
)
def test_a_malformed_value_is_refused_in_one_sentence_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    for sentence in (complaint(tmp_path, f"{name}={value}\n"), complaint(tmp_path, **{name: value})):
        assert name in sentence
        assert "\n" not in sentence
        shown = value in sentence
        secret = {"BOT_TOKEN", "WEBHOOK_SECRET", "BOT_API_URL", "PROXY_URL", "WEBHOOK_URL", "DATABASE_URL"}
        secret.add("SMTP_URL")
        assert shown is (name not in secret), "what is or may hold a secret is not repeated, the rest is"


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("https://Pages.Example.org/", "https://pages.example.org"),
        ("https://pages.example.org:443", "https://pages.example.org"),
        ("https://pages.example.org:8443", "https://pages.example.org:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://同心.example", "https://xn--dqro6y.example"),
    ],
)
def test_the_pages_address_is_as_browsers_name_it_in_host_and_origin(tmp_path: Path, written: str, named: str) -> None:
    assert loaded(tmp_path, WEB_URL=written).web_url == named


NONSENSE = [
    "x",
    "0",
    "-1",
    "65536",
    "99999999999999999999999999",
    "9" * 5000,
    "1e400",
    "nan",
    "inf",
    "true,false",
    "２２:００-０７:３０",
    "99:99-99:99",
    "22:00",
    ",,,",
    "/",
    "..",
    "://",
    "http://",
    "http://:8080",
    "http://h:port",
    "http://h:99999",
    "http://hunter2@h:99999/",
    "http://user:hunter2@",
    "http://user:hunter2@h:1 2",
    "http://user:hunter2@[::1",
    "socks5://user:hunter2@h",
    "socks4://user:hunter2@h:1",
    "ftp://user:hunter2@h",
    "user:hunter2@h:1",
    "postgres://user:hunter2@h/n",
    "postgresql://user:hunter2@h:port/n",
    "postgresql://user:hunter2@h:99999/n",
    "postgresql://user:hunter2@h",
    "mysql://user:hunter2@h/n",
    "sqlite://",
    "sqlite:///:memory:",
    "sqlite://hunter2@h/x.db",
    "sqlite:///x.db?mode=hunter2",
    "* * * * *",
    "0 0 31 2 *",
    "61 25 32 13 9",
    "0 9 * * mon-mon-mon",
    "Asia",
    "../../etc/passwd",
    "Asia/Shanghai\tx",
    "🙂",
    "\udcff",
    "a\x00b",
    "line\nline",
    "7000000001:AAAAAAAAAAAAAAAAAAAAAAAAhunter2",
    "1d,2w",
    "9999d",
    "[::1]:8443",
    "127.0.0.1:0",
    "127.0.0.1:65536",
    "http://h/{x}",
    "http://h/a b",
]


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_whatever_is_written_is_understood_or_refused_in_one_sentence_without_a_secret(
    tmp_path: Path, name: str
) -> None:
    for value in NONSENSE:
        try:
            settings = loaded(tmp_path, **{name: value})
        except SettingsError as error:
            said = str(error)
            assert name in said or "WEBHOOK_SECRET" in said
            assert not set(said) & {"\n", "\r", "\0"}, value
            assert len(said) < 700
            assert name in PLAIN or "hunter2" not in said, value
            assert "AAAAAAAA" not in said
        else:
            assert "hunter2" not in repr(settings) or name in PLAIN


PLAIN = {name.upper() for name in Settings.model_fields} - {
    "BOT_TOKEN",
    "WEBHOOK_SECRET",
    "BOT_API_URL",
    "PROXY_URL",
    "WEBHOOK_URL",
    "DATABASE_URL",
    "SMTP_URL",
}
"""Settings that hold no secret: what is written there is repeated, or kept."""


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("PROXY_URL", ["http://h:8080", "https://u:p@h:1", "socks5://127.0.0.1:1080", "socks5h://u:p@h:1080"]),
        ("BOT_API_URL", ["https://api.telegram.org", "http://[::1]:8081", "http://bot.example.org/api/"]),
        ("WEBHOOK_LISTEN", ["127.0.0.1:8443", "0.0.0.0:1", "localhost:65535"]),
        ("DATABASE_URL", ["sqlite:///a.db", "sqlite:////srv/a.db", "postgresql://u:p@h/n", "postgresql+psycopg://h/n"]),
        ("DATABASE_URL", ["postgresql://u:p@/n?host=/run/postgresql", "postgresql://u@h:6432/n?sslmode=require"]),
    ],
)
def test_what_is_right_is_taken(tmp_path: Path, name: str, values: list[str]) -> None:
    for value in values:
        assert getattr(loaded(tmp_path, **{name: value}), name.lower()) == value.rstrip("/")


def test_a_line_that_is_only_a_token_is_not_repeated(tmp_path: Path) -> None:
    assert "AAAAA" not in complaint(tmp_path, f"7000000001:{'A' * 35}=\n")


def test_a_file_that_is_no_text_or_no_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("LANGUAGE=中".encode("gbk"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings(path, {})
    with pytest.raises(SettingsError, match="not a file"):
        load_settings(tmp_path, {})


def test_the_mark_that_editors_on_windows_put_first_is_no_part_of_a_name(tmp_path: Path) -> None:
    assert loaded(tmp_path, "\ufeffLANGUAGE=en\n").language == "en"


@pytest.mark.parametrize(
    ("url", "sender", "server"),
    [
        (
            "smtp://tongxin%40example.org:p%40ss%3A@smtp.example.org",
            "",
            ("smtp.example.org", 587, "starttls", "tongxin@example.org", "沙磁·同心服务团", "p@ss:"),
        ),
        (
            "smtps://u:p@smtp.example.org",
            "同心 <tx@example.org>",
            ("smtp.example.org", 465, "tls", "tx@example.org", "同心", "p"),
        ),
        (
            "smtp://127.0.0.1:1025",
            "tx@example.org",
            ("127.0.0.1", 1025, "none", "tx@example.org", "沙磁·同心服务团", ""),
        ),
    ],
)
def test_the_mail_server_is_read_from_its_address(
    tmp_path: Path, url: str, sender: str, server: tuple[str, int, str, str, str, str]
) -> None:
    found = loaded(tmp_path, SMTP_URL=url, MAIL_FROM=sender).mail_server
    assert found is not None
    assert (found.host, found.port, found.encryption, found.sender, found.name, found.password) == server
    assert "password" not in repr(found)


def test_mail_needs_an_address_that_it_is_from(tmp_path: Path) -> None:
    said = complaint(tmp_path, SMTP_URL="smtps://user:hunter2@smtp.example.org")
    assert "MAIL_FROM" in said
    assert "hunter2" not in said


def test_a_webhook_needs_a_secret(tmp_path: Path) -> None:
    assert "WEBHOOK_SECRET" in complaint(tmp_path, WEBHOOK_URL="https://example.org/hook")


def test_the_environment_wins_over_the_file_and_empty_means_default(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "LANGUAGE=zh\nTIMEZONE=\n", LANGUAGE="en")
    assert settings.language == "en"
    assert settings.timezone == "Asia/Shanghai"


@pytest.mark.parametrize("locale", ["zh_CN:zh", "en_US.UTF-8", "de_DE", "C", "en_GB:en"])
def test_a_desktops_locale_in_language_is_not_ours(tmp_path: Path, locale: str) -> None:
    assert loaded(tmp_path, LANGUAGE=locale).language == "zh"


@pytest.mark.parametrize("lonely", ["en", "zh"])
def test_a_language_of_ours_in_the_environment_is_taken(tmp_path: Path, lonely: str) -> None:
    assert loaded(tmp_path, LANGUAGE=lonely).language == lonely


def test_values_are_read_as_the_design_writes_them(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        "COORDINATOR_IDS=1001, telegram:1002，mail:li@corps.cn\nREMINDER_LEADS=1d, 90m\nQUIET_HOURS=23:00-6:30\n"
        "TICK_SECONDS=0.5\nLOG_LEVEL=debug\nBOT_API_URL=http://127.0.0.1:8081/\n",
    )
    assert settings.coordinator_ids == {telegram(1001), telegram(1002), Address("mail", "li@corps.cn")}
    assert settings.reminder_leads == (dt.timedelta(days=1), dt.timedelta(minutes=90))
    assert settings.quiet_hours == Quiet(dt.time(23), dt.time(6, 30))
    assert settings.tick_seconds == 0.5
    assert settings.log_level == "DEBUG"
    assert settings.bot_api_url == "http://127.0.0.1:8081"


def test_empty_quiet_hours_and_leads_mean_none(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "QUIET_HOURS=\nREMINDER_LEADS=\n")
    assert settings.quiet_hours is None
    assert settings.reminder_leads == ()
    assert loaded(tmp_path, "QUIET_HOURS=22:00-22:00\n").quiet_hours is None


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("0", "sun"),
        ("7", "sun"),
        ("mon", "mon"),
        ("1-5", "mon tue wed thu fri"),
        ("5-7", "fri sat sun"),
        ("0-2", "mon tue sun"),
        ("sun-tue", "mon tue sun"),
        ("sat,sun", "sat sun"),
        ("*/2", "tue thu sat sun"),
        ("1-5/2", "mon wed fri"),
        ("*", "mon tue wed thu fri sat sun"),
    ],
)
def test_weekdays_mean_what_cron_means(tmp_path: Path, written: str, days: str) -> None:
    """APScheduler counts from Monday, cron from Sunday: a digest on the wrong day is seen by everybody."""
    line = loaded(tmp_path, QUOTA_DIGEST_CRON=f"0 9 * * {written}").quota_digest_cron
    trigger = CronTrigger.from_crontab(line, timezone=dt.UTC)
    monday = dt.datetime(2026, 12, 7, tzinfo=dt.UTC)
    week = [monday + dt.timedelta(days=day) for day in range(7)]
    rings = [day for day in week if trigger.get_next_fire_time(None, day).date() == day.date()]
    assert " ".join(f"{day:%a}".lower() for day in rings) == days


def test_secrets_are_not_in_the_settings_printed_form(tmp_path: Path) -> None:
    settings = loaded(tmp_path, BOT_TOKEN="123456:secretsecretsecret", WEBHOOK_SECRET="hush")
    assert "secret" not in repr(settings).replace("webhook_secret", "")
    assert "hush" not in repr(settings)


def test_the_address_of_the_bot_api_is_logged_without_a_password(tmp_path: Path) -> None:
    assert loaded(tmp_path, BOT_API_URL="https://u:hunter2@bot.example.org/api").bot_api_shown == (
        "https://bot.example.org/api"
    )
