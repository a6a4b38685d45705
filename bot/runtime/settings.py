"""`.env` and the environment → one frozen `Settings`. A mistake stops the start with a sentence that names it."""

import datetime as dt
import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from yarl import URL

from bot.runtime.clock import known_timezone
from bot.runtime.crontab import read_crontab
from bot.runtime.logs import clean
from corps.addresses import Address
from corps.moment import Quiet
from corps.parsing.mail_address import read_mail_address
from corps.rounding import Rounding
from models.enums import PairingCounts

LONGEST_SHOWN = 200
"""Letters of a wrong value that are repeated at most."""

_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class SettingsError(Exception):
    """A setting that is misspelt or malformed. Its text names the setting and says what it should be."""


def _leads(value: object) -> object:
    """Read `3d,24h,2h` into timedeltas."""
    if not isinstance(value, str):
        return value
    leads = []
    for piece in filter(None, (part.strip() for part in value.split(","))):
        found = re.fullmatch(r"(\d{1,4})([dhm])", piece)
        if found is None or int(found[1]) == 0:
            raise ValueError("write leads as 3d,24h,2h (units d, h, m)")
        leads.append(dt.timedelta(**{_UNITS[found[2]]: int(found[1])}))
    return tuple(leads)


def _quiet(value: object) -> object:
    """Read `22:00-07:30`; empty, or the same hour twice, means no quiet hours."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    found = re.fullmatch(r"\s*(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})\s*", value)
    try:
        ends = [dt.time.fromisoformat(end.zfill(5)) for end in found.groups()] if found else []
    except ValueError:
        ends = []
    if not ends:
        raise ValueError("write the quiet hours as 22:00-07:30, or leave them empty")
    return None if ends[0] == ends[1] else Quiet(*ends)


def _addresses(value: object) -> object:
    """Read comma-separated addresses: Telegram ids, which are numbers, and `channel:id` for others."""
    if not isinstance(value, str):
        return value
    pieces = [piece for piece in re.split(r"[,，\s]+", value) if piece]
    if not all(re.fullmatch(r"(telegram:)?\d{1,15}|(?!telegram:)[a-z]{1,16}:[^:\s]{1,100}", piece) for piece in pieces):
        raise ValueError("write Telegram ids (numbers) or channel:id, separated by commas")
    return frozenset(map(Address.read, pieces))


def _cron(value: object) -> object:
    """Read a five-field crontab line; numbered weekdays mean what cron means (0 and 7 are Sunday)."""
    if not isinstance(value, str):
        return value
    return read_crontab(value)


def _timezone(value: str) -> str:
    if not known_timezone(value):
        raise ValueError("write a zone such as Asia/Shanghai")
    return value


def _address(value: str, schemes: tuple[str, ...], example: str) -> str:
    """Return an address without its last slash. Its mistake is told without it: it may hold a password."""
    try:
        parts = urlsplit(value)
        right = bool(parts.scheme in schemes and parts.hostname and (parts.port is None or parts.port > 0))
        right = right and URL(value).host is not None
    except ValueError:
        right = False
    if not right or re.search(r"[\s\x00-\x1f\x7f{}<>\\^`|\"]", value):
        raise ValueError(f"write an address such as {example}")
    return value.rstrip("/")


def _url(value: str) -> str:
    return value and _address(value, ("http", "https"), "http://127.0.0.1:8081")


def _pages(value: str) -> str:
    """Read the pages' address and return it as browsers name it: Host and Origin are compared with it."""
    if not value:
        return value
    example = "https://pages.example.org"
    parts = urlsplit(_address(value, ("http", "https"), example))
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"write only https and the name, such as {example}")
    return str(URL(f"{parts.scheme}://{parts.netloc}").origin()).rstrip("/")


def _proxy(value: str) -> str:
    if not value:
        return value
    example = "http://127.0.0.1:8080 or socks5://127.0.0.1:1080"
    address = _address(value, ("http", "https", "socks5", "socks5h"), example)
    if urlsplit(address).port is None and address.startswith("socks"):
        raise ValueError(f"write an address with its port, such as {example}")
    return address


_DRIVERS = {"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"}


def _database(value: str) -> str:
    """Read the database's address. Its mistake is told without it: it may hold a password."""
    example = "write sqlite:///data/tongxin.db or postgresql://user:password@host/name"
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError(example) from None
    if url.drivername not in _DRIVERS or not url.database or "\0" in value:
        raise ValueError(example)
    if url.get_backend_name() == "sqlite" and (url.database == ":memory:" or url.host or url.query):
        raise ValueError(f"a file is needed that stays: {example}")
    if url.port is not None and not 0 < url.port <= MAX_PORT:
        raise ValueError(f"the port is at most {MAX_PORT}: {example}")
    return value


def _listen(value: str) -> str:
    found = re.fullmatch(r"[^\s:]+:([0-9]{1,5})", value)
    if found is None or not 0 < int(found[1]) <= MAX_PORT:
        raise ValueError(f"write an address and a port up to {MAX_PORT}, such as 127.0.0.1:8443")
    return value


def _keys(value: object) -> object:
    """Read comma-separated keys, the newest first."""
    if not isinstance(value, str):
        return value
    keys = tuple(filter(None, (piece.strip() for piece in value.split(","))))
    if any(len(key) < LEAST_KEY for key in keys):
        raise ValueError(f"each key needs at least {LEAST_KEY} letters and digits, separated by commas")
    return keys


LEAST_KEY = 16


def _mail(value: str) -> str:
    """Read the mail server's address. Its mistake is told without it: it holds a password."""
    if not value:
        return value
    address = _address(value, tuple(_MAIL_PORTS), MAIL_EXAMPLE)
    parts = urlsplit(address)
    if parts.path or parts.query or parts.fragment or (parts.username and parts.password is None):
        raise ValueError(f"write an address such as {MAIL_EXAMPLE} (@ : / in a name or password as %40 %3A %2F)")
    return address


def _mail_from(value: str) -> str:
    """Read who mail is from: `name <address>`, or the address alone."""
    alone = re.fullmatch(r"[^<>,@\x00-\x1f]*<[^<>]+>|[^<>,\s]+", value) is not None
    if value and not (alone and read_mail_address(parseaddr(value)[1])):
        raise ValueError("write an address such as tongxin@example.org or 同心 <tongxin@example.org>")
    return value


MAIL_EXAMPLE = "smtp://user:password@smtp.example.org:587 or smtps://user:password@smtp.example.org"
_MAIL_PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Encryption(StrEnum):
    """How the way to the mail server is encrypted: from the first byte, from STARTTLS on, or not (loopback only)."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `sender` is the bare address it is from, `name` what stands before it."""

    host: str
    port: int
    encryption: Encryption
    sender: str
    name: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


MAX_PORT = 65_535

Url = Annotated[str, BeforeValidator(_url)]

_SECRET = {
    "BOT_TOKEN",
    "WEBHOOK_SECRET",
    "DATABASE_URL",
    "PROXY_URL",
    "BOT_API_URL",
    "WEBHOOK_URL",
    "SECRET_KEY",
    "SMTP_URL",
}
"""What is not repeated when it is wrong: it is a secret, or may hold one."""


class Settings(BaseModel):
    """Everything that can be set. Field names are the environment's names in lower case; see `.env.example`."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    bot_token: str = Field(default="", pattern=r"^$|^[0-9]+:[A-Za-z0-9_-]+$", repr=False)
    bot_api_url: Url = Field(default="https://api.telegram.org", repr=False)
    database_url: Annotated[str, BeforeValidator(_database)] = Field(default="", repr=False)
    timezone: Annotated[str, BeforeValidator(_timezone)] = "Asia/Shanghai"
    coordinator_ids: Annotated[frozenset[Address], BeforeValidator(_addresses)] = frozenset()
    language: Literal["zh", "en"] = "zh"
    proxy_url: Annotated[str, BeforeValidator(_proxy)] = Field(default="", repr=False)
    reminder_leads: Annotated[tuple[dt.timedelta, ...], BeforeValidator(_leads)] = (
        dt.timedelta(days=3),
        dt.timedelta(hours=24),
        dt.timedelta(hours=2),
    )
    quota_digest_cron: Annotated[str, BeforeValidator(_cron)] = "0 9 * * mon"
    quiet_hours: Annotated[Quiet | None, BeforeValidator(_quiet)] = Quiet(dt.time(22), dt.time(7, 30))
    tick_seconds: float = Field(default=2, ge=0.05, le=3600)
    teams_file: Path = Path("teams.toml")
    holidays_file: Path | None = None
    files_dir: Path = Path("data/files")
    sandbox_port: int = Field(default=8765, ge=0, le=MAX_PORT)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    webhook_url: Url = Field(default="", repr=False)
    webhook_secret: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$", max_length=256, repr=False)
    webhook_listen: Annotated[str, BeforeValidator(_listen)] = "127.0.0.1:8443"
    health_port: int = Field(default=0, ge=0, le=MAX_PORT)
    web_url: Annotated[str, BeforeValidator(_pages)] = ""
    web_listen: Annotated[str, BeforeValidator(_listen)] = "127.0.0.1:8080"
    secret_key: Annotated[tuple[str, ...], BeforeValidator(_keys)] = Field(default=(), repr=False)
    smtp_url: Annotated[str, BeforeValidator(_mail)] = Field(default="", repr=False)
    mail_from: Annotated[str, BeforeValidator(_mail_from)] = ""
    corps_name: str = Field(default="沙磁·同心服务团", min_length=1, max_length=60)
    corps_contact: str = Field(default="", max_length=100)
    pairing_counts: PairingCounts = PairingCounts.CONFIRMED
    visit_reminder_days: int = Field(default=60, ge=0, le=730)
    preparation_days: int = Field(default=14, ge=0, le=180)
    hours_rounding: Rounding = Rounding.MINUTE
    publicity_days: int = Field(default=0, ge=0, le=60)
    alarm_minutes: int = Field(default=15, ge=1, le=1440)
    backup_keep_days: int = Field(default=14, ge=1, le=3650)
    one_core: bool = True

    @model_validator(mode="after")
    def _webhook_has_a_secret(self) -> Self:
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("WEBHOOK_SECRET is needed with WEBHOOK_URL: letters, digits, _ and -")
        return self

    @model_validator(mode="after")
    def _mail_has_a_sender(self) -> Self:
        if self.smtp_url and not self.mail_from and read_mail_address(_user_of(self.smtp_url)) is None:
            raise ValueError("MAIL_FROM is needed with SMTP_URL: the address that mail is from")
        return self

    @property
    def mail_server(self) -> MailServer | None:
        """Where mail is handed in; None: there is no mail."""
        if not self.smtp_url:
            return None
        parts = urlsplit(self.smtp_url)
        host, user = parts.hostname or "", _user_of(self.smtp_url)
        name, sender = parseaddr(self.mail_from or user)
        encryption = Encryption.TLS if parts.scheme == "smtps" else Encryption.STARTTLS
        if encryption is Encryption.STARTTLS and host in LOOPBACK:
            encryption = Encryption.NONE
        port = parts.port or _MAIL_PORTS[parts.scheme]
        return MailServer(
            host,
            port,
            encryption,
            read_mail_address(sender) or sender,
            name or self.corps_name,
            user,
            unquote(parts.password or ""),
        )

    @property
    def pages(self) -> str:
        """Where people open our pages; empty: there are none."""
        return self.web_url

    @property
    def bot_api_shown(self) -> str:
        """The Bot API server's address, for the log: without a name and a password that may stand in it."""
        return str(URL(self.bot_api_url).with_user(None))

    @property
    def sandboxed(self) -> bool:
        """Whether the sandbox stands in for Telegram: no token was given."""
        return not self.bot_token

    @property
    def database(self) -> str:
        """The database's address; the sandbox keeps to a file of its own unless told otherwise."""
        return self.database_url or f"sqlite:///data/{'sandbox' if self.sandboxed else 'tongxin'}.db"

    @property
    def files(self) -> Path:
        """The folder for what people send; the sandbox keeps to one of its own unless told otherwise."""
        asked = "files_dir" in self.model_fields_set or not self.sandboxed
        return self.files_dir if asked else Path("data/sandbox-files")


def _user_of(url: str) -> str:
    return unquote(urlsplit(url).username or "")


def load_settings(env_file: Path = Path(".env"), environ: Mapping[str, str] | None = None) -> Settings:
    """Read `.env`, then the environment, which wins. Raises SettingsError with a sentence for the operator."""
    environ = os.environ if environ is None else environ
    written = _read(env_file)
    for name in written:
        if name.lower() not in Settings.model_fields:
            near = difflib.get_close_matches(name.upper(), [field.upper() for field in Settings.model_fields], 1)
            hint = f"；是不是 {near[0]}？ Did you mean {near[0]}?" if near else ""
            shown = shortened(name)
            raise SettingsError(f"{env_file} 里的 {shown} 不是可用的设置 (unknown setting {shown}){hint}")
    values: dict[str, Any] = {name.lower(): value for name, value in written.items() if value is not None}
    values |= {field: environ[field.upper()] for field in Settings.model_fields if _ours(field, environ)}
    keeps_empty = {"quiet_hours", "reminder_leads"}
    values = {name: value for name, value in values.items() if value != "" or name in keeps_empty}
    if "log_level" in values:
        values["log_level"] = values["log_level"].upper()
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(_sentence(error, values)) from error


def _read(env_file: Path) -> dict[str, str | None]:
    """Read the file, if there is one; editors on Windows put a mark before the first line."""
    if env_file.is_dir():
        raise SettingsError(f"{env_file} 不是文件 (not a file)")
    try:
        return dict(dotenv_values(env_file, encoding="utf-8-sig")) if env_file.exists() else {}
    except (OSError, ValueError) as error:
        why = "不是 UTF-8 文本 (not UTF-8 text)" if isinstance(error, ValueError) else strerror(error)
        raise SettingsError(f"读不了 {env_file} (cannot be read): {why}") from None


def strerror(error: OSError) -> str:
    """Return what the system says, without the path, which the sentence names already."""
    return error.strerror or type(error).__name__


def shortened(text: str) -> str:
    """Return what was written, as one short line without anything that looks like a token or a phone number."""
    line = " ".join(clean(text).split())
    printable = "".join(letter if letter.isprintable() else "?" for letter in line)
    return printable if len(printable) <= LONGEST_SHOWN else f"{printable[:LONGEST_SHOWN]}…"


def _ours(field: str, environ: Mapping[str, str]) -> bool:
    """Tell whether the environment sets a field. Desktops set LANGUAGE to a list of locales: that is not ours."""
    value = environ.get(field.upper())
    return value is not None and not (field == "language" and re.search(r"[_:.]|^C$", value) is not None)


def _sentence(error: ValidationError, values: Mapping[str, Any]) -> str:
    first = error.errors()[0]
    message = shortened(first["msg"].removeprefix("Value error, "))
    name = str(first["loc"][0]).upper() if first["loc"] else message.split()[0]  # what lacks is named first
    given = "" if name in _SECRET or name.lower() not in values else f" “{shortened(str(values[name.lower()]))}”"
    return f"设置 {name}{given} 看不懂 (malformed setting {name}): {message}"
