"""The settings: where they come from, every problem at once, and never a secret in sight."""

import os
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsProblems, read_settings

NEEDED = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("LEAD_SLA_", "SLACK_")):
            monkeypatch.delenv(name)


def read(folder: Path, *, to_run: bool = False, **lines: str) -> Settings:
    (folder / ".env").write_text(
        "".join(f"{name}={value}\n" for name, value in lines.items()), encoding="utf-8"
    )
    return read_settings(folder, to_run=to_run)


def problems(folder: Path, *, to_run: bool = False, **lines: str) -> dict[str, str]:
    with pytest.raises(SettingsProblems) as caught:
        read(folder, to_run=to_run, **lines)
    for value in lines.values():
        assert len(value) < 6 or value not in str(caught.value), "a value is repeated"
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return {problem.name: problem.message for problem in caught.value.problems}


def pairs(found: object) -> list[tuple[str, str]]:
    return [(pair.source, pair.secret.get_secret_value()) for pair in found]  # type: ignore[attr-defined]


def test_nothing_has_to_be_set_to_look_at_leads(tmp_path: Path) -> None:
    settings = read_settings(tmp_path)

    assert str(settings.policy) == "policy.yaml"
    assert settings.database_url.get_secret_value() == "sqlite:///lead-sla.db"
    assert str(settings.http) == "127.0.0.1:8080"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.intake_keys, settings.webhook_secrets, settings.admin_keys) == ((), (), ())
    assert (settings.log, settings.slack_mode) == ("text", None)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAD_SLA_LOG", "json")

    settings = read(tmp_path, LEAD_SLA_LOG="text", LEAD_SLA_POLICY="mine.yaml")
    assert (settings.log, str(settings.policy)) == ("json", "mine.yaml")


def test_an_empty_setting_is_one_that_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "")

    assert read(tmp_path, LEAD_SLA_LOG="", SLACK_BOT_TOKEN="").slack_mode is None


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({"SLACK_APP_TOKEN": "xapp-1"}, "socket"),
        ({"SLACK_SIGNING_SECRET": "s"}, "http"),
        ({"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s"}, "socket"),
    ],
)
def test_an_app_token_decides_for_socket_mode(tmp_path: Path, given: dict[str, str], mode: str) -> None:
    assert read(tmp_path, to_run=True, SLACK_BOT_TOKEN="xoxb-1", **given).slack_mode == mode


def test_slacks_oauth_variables_change_nothing(tmp_path: Path) -> None:
    plain = read(tmp_path, to_run=True, **NEEDED)

    assert read(tmp_path, to_run=True, SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="abc", **NEEDED) == plain


def test_what_the_bot_needs_to_run_is_missing_all_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, to_run=True, LEAD_SLA_HTTP="nowhere")

    assert set(found) == {"LEAD_SLA_HTTP", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}
    assert "SLACK_SIGNING_SECRET" in found["SLACK_APP_TOKEN"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LEAD_SLA_HTTP", "localhost", "127.0.0.1:8080"),
        ("LEAD_SLA_HTTP", ":8080", "127.0.0.1:8080"),
        ("LEAD_SLA_HTTP", "localhost:65536", "127.0.0.1:8080"),
        ("LEAD_SLA_HTTP", "localhost:http", "127.0.0.1:8080"),
        ("LEAD_SLA_LOG", "logfmt", "'text' or 'json'"),
        ("LEAD_SLA_DATABASE_URL", "mysql://user:secret@host/db", "sqlite:///FILE"),
        ("SLACK_BOT_TOKEN", "xapp-secret", "xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-secret", "xapp-"),
        ("SLACK_API_URL", "https://slack.example", "/api/"),
        ("SLACK_API_URL", "slack.example/api/", "/api/"),
        ("LEAD_SLA_INTAKE_KEYS", "secretkey", "entry 1 is no pair"),
        ("LEAD_SLA_INTAKE_KEYS", "website=secretkey,crm=", "entry 2 (crm) has no key"),
        ("LEAD_SLA_INTAKE_KEYS", "web site=secretkey", "entry 1 is no pair"),
        ("LEAD_SLA_INTAKE_KEYS", "website=schlüssel", "entry 1 (website) has no key of plain characters"),
        ("LEAD_SLA_INTAKE_KEYS", "website=secretkey,crm=secretkey", "website and crm have the same key"),
        ("LEAD_SLA_INTAKE_KEYS", "cli=secretkey", "cli is the bot's own name"),
        ("LEAD_SLA_INTAKE_KEYS", "admin=secretkey", "admin is the bot's own name"),
        ("LEAD_SLA_WEBHOOK_SECRETS", "segment=secretkey", "begins with whsec_"),
        ("LEAD_SLA_WEBHOOK_SECRETS", "segment=whsec_", "begins with whsec_"),
        ("LEAD_SLA_WEBHOOK_SECRETS", "segment=whsec_a", "begins with whsec_"),
        ("LEAD_SLA_ADMIN_KEYS", "secret key", "use letters and digits"),
    ],
)
def test_a_wrong_setting_is_named_with_the_mend_and_without_its_value(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    found = problems(tmp_path, to_run=False, **{name: value})

    assert list(found) == [name]
    assert said in found[name]


def test_every_wrong_setting_is_said_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, LEAD_SLA_HTTP="nowhere", LEAD_SLA_LOG="loudly", SLACK_BOT_TOKEN="secret-token")

    assert set(found) == {"LEAD_SLA_HTTP", "LEAD_SLA_LOG", "SLACK_BOT_TOKEN"}


def test_a_source_may_have_two_keys_while_they_are_changed(tmp_path: Path) -> None:
    settings = read(tmp_path, LEAD_SLA_INTAKE_KEYS="website=old, website=new==,crm-eu=x,")

    assert pairs(settings.intake_keys) == [("website", "old"), ("website", "new=="), ("crm-eu", "x")]


def test_an_admin_key_that_is_a_sources_key_too_is_refused(tmp_path: Path) -> None:
    found = problems(
        tmp_path, LEAD_SLA_INTAKE_KEYS="website=sharedkey", LEAD_SLA_ADMIN_KEYS="another,sharedkey"
    )

    assert list(found) == ["LEAD_SLA_ADMIN_KEYS"]


def test_a_signing_secret_is_taken_as_standard_webhooks_write_it(tmp_path: Path) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    assert pairs(read(tmp_path, LEAD_SLA_WEBHOOK_SECRETS=f"segment={secret}").webhook_secrets) == [
        ("segment", secret)
    ]


@pytest.mark.parametrize(("given", "host", "port"), [("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:0", "::1", 0)])
def test_an_address_has_a_host_and_a_port(tmp_path: Path, given: str, host: str, port: int) -> None:
    address = read(tmp_path, LEAD_SLA_HTTP=given).http

    assert (address.host, address.port, str(address)) == (host, port, given)


def test_secrets_are_in_no_text_of_the_settings(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        SLACK_BOT_TOKEN="xoxb-hush",
        SLACK_APP_TOKEN="xapp-hush",
        SLACK_SIGNING_SECRET="hush",
        LEAD_SLA_INTAKE_KEYS="website=hush1",
        LEAD_SLA_ADMIN_KEYS="hush2",
        LEAD_SLA_DATABASE_URL="postgresql+psycopg://user:hush@host/db",
        LEAD_SLA_WEBHOOK_SECRETS="segment=whsec_hushhush",
    )

    assert "hush" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_a_file_that_is_not_utf_8_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"LEAD_SLA_LOG=\xff\n")

    with pytest.raises(SettingsProblems, match="UTF-8"):
        read_settings(tmp_path, to_run=True)


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("LEAD_SLA_SMTP_URL", "smtp://user:s3cret@host", "mailtos://USER:PASSWORD@HOST:PORT"),
        ("LEAD_SLA_SMS_URL", "https://s3cret@api.twilio.com", "twilio://ACCOUNT_SID:AUTH_TOKEN@FROM_NUMBER"),
        ("LEAD_SLA_MAIL_FROM", "sales at acme", "sales@acme.example or Acme Sales <sales@acme.example>"),
        ("LEAD_SLA_SMS_API_URL", "ftp://proxy", "https://api.twilio.com"),
    ],
)
def test_a_way_outside_slack_that_cannot_be_one_is_said(
    tmp_path: Path, name: str, value: str, mend: str
) -> None:
    assert mend in problems(tmp_path, to_run=False, **{name: value})[name]


def test_mail_server_and_account_are_kept_secret(tmp_path: Path) -> None:
    url, account = "mailtos://user:s3cret@smtp.acme.example", "twilio://AC1:s3cret@+15550109999"
    settings = read(tmp_path, LEAD_SLA_SMTP_URL=url, LEAD_SLA_SMS_URL=account)
    assert (settings.smtp_url, settings.sms_url) != (None, None)
    assert "s3cret" not in f"{settings!r} {settings}"
