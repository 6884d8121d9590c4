"""The doctor on the ways that do not need Slack: whether what the policy wants of them can leave."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.patient import Patient, a_patient


@pytest.fixture
def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    with a_patient(tmp_path, monkeypatch) as patient:
        yield patient


def test_a_mail_server_is_greeted_and_gets_no_letter(patient: Patient) -> None:
    [said] = patient.on("mail", "ok")
    assert said == f"e-mail leaves as sales@acme.example by {patient.mail_server} (insecure)"
    assert patient.mailbox.seen == 0


def test_what_the_policy_wants_of_e_mail_is_named_where_no_server_is_set(patient: Patient) -> None:
    patient.settings(LEAD_SLA_SMTP_URL=None)
    [said] = patient.on("mail", "care")
    assert said.startswith(
        "LEAD_SLA_SMTP_URL is not set, so that nothing comes of the first answer to Standard leads and outage.tell."
    )


def test_what_the_policy_wants_of_text_messages_is_named_where_no_account_is_set(patient: Patient) -> None:
    patient.settings(LEAD_SLA_SMS_URL=None)
    [said] = patient.on("sms", "care")
    assert "LEAD_SLA_SMS_URL is not set, so that nothing comes of also_by: sms" in said


def test_a_policy_that_wants_nothing_of_them_is_told_nothing(patient: Patient) -> None:
    patient.settings(LEAD_SLA_SMTP_URL=None, LEAD_SLA_SMS_URL=None)
    patient.policy(
        ("    after_hours: {acknowledge: {by: email, within: 5m, template: after-hours}}\n", ""),
        ("outage: {after: 10m, tell: [ops@acme.example]}\n", ""),
        ("    also_by: [sms]\n", ""),
        (', phone: "+15550100"', ""),
        (', phone: "+15550101"', ""),
    )
    assert patient.on("mail", "care", "ok", "no") == patient.on("sms", "care", "ok", "no") == []


def test_a_mail_server_that_does_not_answer_must_be_mended(patient: Patient) -> None:
    patient.settings(LEAD_SLA_SMTP_URL="mailto://127.0.0.1:1?from=sales@acme.example")
    [said] = patient.on("mail", "no")
    assert said.startswith(
        "the mail server 127.0.0.1:1 (insecure) does not take us (ConnectionRefusedError)."
    )


def test_a_server_and_an_account_that_are_not_complete_must_be_mended(patient: Patient) -> None:
    patient.settings(LEAD_SLA_SMTP_URL="mailtos://pa55word", LEAD_SLA_SMS_URL="twilio://pa55word")
    assert "LEAD_SLA_SMTP_URL: it is not complete" in patient.on("mail", "no")[0]
    assert "LEAD_SLA_SMS_URL: it is not complete" in patient.on("sms", "no")[0]


def test_a_template_that_is_not_there_is_said_with_its_line(patient: Patient) -> None:
    patient.policy(("template: after-hours", "template: late"))
    [said] = patient.on("policy", "no")
    assert 'tiers[2].after_hours.acknowledge.template: there is no template "late".' in said


def test_a_template_beside_the_policy_is_taken(patient: Patient) -> None:
    patient.policy(("template: after-hours", "template: late"))
    folder = patient.folder / "templates"
    folder.mkdir()
    (folder / "late.yaml").write_text("en: {subject: Hello, body: 'Back {when}'}\n", encoding="utf-8")
    assert patient.on("policy", "no") == []
    (folder / "late.yaml").write_text("en: {subject: Hello, body: 'Back {soon}'}\n", encoding="utf-8")
    [said] = patient.on("policy", "no")
    assert "late.yaml: en leaves open what nobody fills" in said
