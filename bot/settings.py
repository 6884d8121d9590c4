"""The settings: from the environment and a `.env` file, all problems at once, secrets never shown."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from standardwebhooks import Webhook

ENV_FILE: Final = ".env"
SLACKS_OWN_API: Final = "https://slack.com/api/"
TWILIOS_OWN_API: Final = "https://api.twilio.com"
ADMIN: Final = "admin"
TAKEN_SOURCES: Final = ("cli", "workflow", ADMIN)
"""Sources that are the bot's own doors: a key must not speak for them."""

_SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
_KEY = re.compile(r"[!-~]{1,500}", re.ASCII)
_SENDER = re.compile(r"[^\s@<>]+@[^\s@<>]+|[^<>@\r\n]+<[^\s@<>]+@[^\s@<>]+>")
_NO_SERVER = "this is no mail server's address; write mailtos://USER:PASSWORD@HOST:PORT"
_NO_ACCOUNT = "this is no account's address; write twilio://ACCOUNT_SID:AUTH_TOKEN@FROM_NUMBER"
_DATABASES = ("sqlite:///", "postgresql+psycopg://", "postgresql://", "postgres://")


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the HTTP door listens; port 0 takes a free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class SourceSecret:
    """A key or a signing secret, and the source for which it speaks."""

    source: str
    secret: SecretStr


@dataclass(frozen=True, kw_only=True)
class SettingsProblem:
    """What is wrong with one setting and what to write; never the value itself."""

    name: str
    message: str

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"


class SettingsProblems(Exception):
    """Settings that cannot be used; the text has a line for each problem."""

    def __init__(self, problems: tuple[SettingsProblem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def _listed(given: Any) -> Any:
    """The entries of a comma separated list; empty ones, such as after a last comma, are nothing."""
    if not isinstance(given, str):
        return given
    return tuple(entry for entry in map(str.strip, given.split(",")) if entry)


def _pairs(given: Any) -> Any:
    """`source=secret, source=secret`; a source may stand twice, while its key is being changed."""
    if not isinstance(given, str):
        return given
    return tuple(_pair(number, entry) for number, entry in enumerate(_listed(given), start=1))


def _pair(number: int, entry: str) -> SourceSecret:
    source, sign, secret = (part.strip() for part in entry.partition("="))
    if not sign or not _SOURCE.fullmatch(source):
        raise ValueError(f"entry {number} is no pair; write source=key, such as website=KEY")
    if source in TAKEN_SOURCES:
        raise ValueError(f"entry {number}: {source} is the bot's own name for a source; choose another")
    if not _KEY.fullmatch(secret):
        raise ValueError(f"entry {number} ({source}) has no key of plain characters behind the =")
    return SourceSecret(source=source, secret=SecretStr(secret))


def _signing_secrets(pairs: tuple[SourceSecret, ...]) -> tuple[SourceSecret, ...]:
    for pair in pairs:
        text = pair.secret.get_secret_value()
        try:
            usable = text.startswith("whsec_") and bool(Webhook(text))
        except Exception:  # the library raises several kinds, and one of them repeats the secret
            usable = False
        if not usable:
            raise ValueError(
                f"the secret of {pair.source} is none; it begins with whsec_ and goes on in base64"
            )
    return pairs


def _distinct(pairs: tuple[SourceSecret, ...]) -> tuple[SourceSecret, ...]:
    """One secret of two sources would not say which of them a request is."""
    speaks_for: dict[str, str] = {}
    for pair in pairs:
        other = speaks_for.setdefault(pair.secret.get_secret_value(), pair.source)
        if other != pair.source:
            raise ValueError(f"{other} and {pair.source} have the same key; give each its own")
    return pairs


def _plain_keys(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if any(not _KEY.fullmatch(key.get_secret_value()) for key in keys):
        raise ValueError("a key has characters that no HTTP header can carry; use letters and digits")
    return keys


def _address(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    host, _, port = given.strip().rpartition(":")
    host = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError("this is no host and port; write them such as 127.0.0.1:8080")
    return Address(host=host, port=int(port))


def _beginning_with(start: str | tuple[str, ...], mend: str) -> Callable[[SecretStr], SecretStr]:
    def check(secret: SecretStr) -> SecretStr:
        if not secret.get_secret_value().startswith(start):
            raise ValueError(mend)
        return secret

    return check


def _token(start: str, where: str) -> Callable[[SecretStr], SecretStr]:
    return _beginning_with(start, f"this is not the right token; it begins with {start}, see {where}")


def _api_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and url.endswith("/api/")
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(
            f"this is no base of the Web API; write one that ends in /api/, such as {SLACKS_OWN_API}"
        )
    return url


def _database(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(_DATABASES):
        raise ValueError(
            "this is no database of ours; write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
        )
    return url


def _sender(address: str) -> str:
    if not _SENDER.fullmatch(address):
        raise ValueError("this is no sender; write sales@acme.example or Acme Sales <sales@acme.example>")
    return address


def _plain_api_url(url: str) -> str:
    if re.fullmatch(r"https?://[^\s?#]+", url):
        return url
    raise ValueError(f"this is no base of Twilio's API; write one such as {TWILIOS_OWN_API}")


Pairs = Annotated[tuple[SourceSecret, ...], NoDecode, BeforeValidator(_pairs), AfterValidator(_distinct)]
Keys = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_plain_keys)]
BotToken = Annotated[SecretStr, AfterValidator(_token("xoxb-", "OAuth & Permissions of your app"))]
AppToken = Annotated[SecretStr, AfterValidator(_token("xapp-", "App-Level Tokens of your app"))]
MailServer = Annotated[SecretStr, AfterValidator(_beginning_with(("mailto://", "mailtos://"), _NO_SERVER))]
TwilioAccount = Annotated[SecretStr, AfterValidator(_beginning_with("twilio://", _NO_ACCOUNT))]
Sender = Annotated[str, AfterValidator(_sender)]
PlainApiUrl = Annotated[str, AfterValidator(_plain_api_url)]


class Settings(BaseSettings):
    """Everything that is said from outside. Slack's OAuth variables are none of ours and are not read."""

    model_config = SettingsConfigDict(
        case_sensitive=True,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    policy: Path = Field(default=Path("policy.yaml"), validation_alias="LEAD_SLA_POLICY")
    database_url: Annotated[SecretStr, AfterValidator(_database)] = Field(
        default=SecretStr("sqlite:///lead-sla.db"), validation_alias="LEAD_SLA_DATABASE_URL"
    )
    slack_bot_token: BotToken | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: AppToken | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")
    slack_api_url: Annotated[str, AfterValidator(_api_url)] = Field(
        default=SLACKS_OWN_API, validation_alias="SLACK_API_URL"
    )
    http: Annotated[Address, NoDecode, BeforeValidator(_address)] = Field(
        default=Address(host="127.0.0.1", port=8080), validation_alias="LEAD_SLA_HTTP"
    )
    intake_keys: Pairs = Field(default=(), validation_alias="LEAD_SLA_INTAKE_KEYS")
    webhook_secrets: Annotated[Pairs, AfterValidator(_signing_secrets)] = Field(
        default=(), validation_alias="LEAD_SLA_WEBHOOK_SECRETS"
    )
    admin_keys: Keys = Field(default=(), validation_alias="LEAD_SLA_ADMIN_KEYS")
    smtp_url: MailServer | None = Field(default=None, validation_alias="LEAD_SLA_SMTP_URL")
    mail_from: Sender | None = Field(default=None, validation_alias="LEAD_SLA_MAIL_FROM")
    sms_url: TwilioAccount | None = Field(default=None, validation_alias="LEAD_SLA_SMS_URL")
    sms_api_url: PlainApiUrl = Field(default=TWILIOS_OWN_API, validation_alias="LEAD_SLA_SMS_API_URL")
    log: Literal["text", "json"] = Field(default="text", validation_alias="LEAD_SLA_LOG")

    @property
    def slack_mode(self) -> Literal["socket", "http"] | None:
        """How Slack's events arrive; an app token decides for Socket Mode. None: they cannot."""
        if self.slack_app_token is not None:
            return "socket"
        return "http" if self.slack_signing_secret is not None else None


def read_settings(folder: Path | str = ".", *, to_run: bool = False) -> Settings:
    """The settings of this environment and of the `.env` file in the folder; the environment wins.

    `to_run` also asks for what the bot itself needs. Raises SettingsProblems.
    """
    file = Path(folder) / ENV_FILE
    problems: list[SettingsProblem] = []
    settings: Settings | None = None
    try:
        settings = Settings(_env_file=file, _env_file_encoding="utf-8")  # type: ignore[call-arg]
    except ValidationError as error:
        problems += [_problem(found) for found in error.errors(include_input=False, include_url=False)]
    except (OSError, UnicodeDecodeError):
        problems.append(SettingsProblem(name=str(file), message="this cannot be read; save it as UTF-8 text"))
    else:
        problems += _across(settings)
    if to_run:
        problems += _missing_to_run(file)
    if settings is None or problems:
        raise SettingsProblems(tuple(problems))
    return settings


def _across(settings: Settings) -> list[SettingsProblem]:
    admin = {key.get_secret_value() for key in settings.admin_keys}
    both = [pair.source for pair in settings.intake_keys if pair.secret.get_secret_value() in admin]
    message = "the key of {} is an admin key too; give each its own"
    return [SettingsProblem(name="LEAD_SLA_ADMIN_KEYS", message=message.format(source)) for source in both]


def _missing_to_run(file: Path) -> list[SettingsProblem]:
    """Looks at the names alone, so that it also knows what is missing where other settings are wrong."""
    given = {name for values in (_of_file(file), os.environ) for name, value in values.items() if value}
    missing = []
    if "SLACK_BOT_TOKEN" not in given:
        message = "this is missing; copy the Bot User OAuth Token (xoxb-…) from your Slack app"
        missing.append(SettingsProblem(name="SLACK_BOT_TOKEN", message=message))
    if not given & {"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"}:
        message = "this is missing; set it (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"
        missing.append(SettingsProblem(name="SLACK_APP_TOKEN", message=message))
    return missing


def _of_file(file: Path) -> Mapping[str, str | None]:
    try:
        return dotenv_values(file, encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        # The file's own problem is said already.
        return {}


def _problem(found: Mapping[str, Any]) -> SettingsProblem:
    """One pydantic error in our words; pydantic's own could repeat the value."""
    name = str(found["loc"][0]) if found["loc"] else "settings"
    reason = found.get("ctx", {}).get("error")
    if isinstance(reason, ValueError):
        return SettingsProblem(name=name, message=str(reason))
    expected = found.get("ctx", {}).get("expected")
    message = f"write {expected}" if expected else "this cannot be read; see the table of settings"
    return SettingsProblem(name=name, message=message)
