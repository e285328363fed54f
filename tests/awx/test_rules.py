# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Each rule refuses what it is there for, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from .rules import house, launches, notifications, recurrences, surveys

QUESTION = {
    "type": "text",
    "question_name": "Tables",
    "question_description": "Which.",
    "variable": "tables",
    "required": False,
    "default": "",
    "max": 9,
}
CHOICE = {**QUESTION, "type": "multiplechoice", "choices": ["none", "manifest"], "default": "none"}
NUMBER = {**QUESTION, "type": "integer", "default": 5, "min": 1}


def survey(*questions: Any) -> dict[str, Any]:
    return {"name": "A survey", "description": "", "spec": list(questions)}


def without(key: str, question: dict[str, Any] | None = None) -> dict[str, Any]:
    return {name: value for name, value in (question or QUESTION).items() if name != key}


@pytest.mark.parametrize(
    "spec",
    [
        [],
        {"name": "no description", "spec": [QUESTION]},
        {**survey(QUESTION), "description": None},
        survey(),
        survey("a text"),
        survey(QUESTION, QUESTION),
        *(survey(without(key)) for key in ("type", "question_name", "variable", "required")),
        survey({**QUESTION, "required": "false"}),
        survey({**QUESTION, "type": "boolean"}),
        survey({**QUESTION, "default": 35}),
        survey({**QUESTION, "default": False}),
        survey({**QUESTION, "min": "1"}),
        survey({**NUMBER, "type": "float", "min": 0.5}),
        survey({**NUMBER, "default": "5"}),
        survey({**NUMBER, "default": True}),
        survey(without("choices", CHOICE)),
        survey({**CHOICE, "default": "content"}),
        survey({**CHOICE, "default": "none\nmanifest"}),
        survey({**CHOICE, "choices": [True, False], "default": "true"}),
        survey({**CHOICE, "type": "multiselect", "default": ["none"]}),
    ],
    ids=str,
)
def test_survey_that_awx_refuses(spec: Any) -> None:
    assert surveys.spec_errors(spec)


@pytest.mark.parametrize(
    "question",
    [QUESTION, CHOICE, NUMBER, {**NUMBER, "default": ""}, {**CHOICE, "choices": "none\nmanifest"}],
    ids=str,
)
def test_survey_that_awx_takes(question: dict[str, Any]) -> None:
    assert not surveys.spec_errors(survey(question))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (QUESTION, 1),
        (QUESTION, None),
        (QUESTION, "more than nine"),
        (NUMBER, "35"),
        (NUMBER, 0),
        (NUMBER, True),
        ({**NUMBER, "type": "float"}, "1.5"),
        (CHOICE, ""),
        (CHOICE, "content"),
        ({**CHOICE, "type": "multiselect"}, "none"),
        ({**CHOICE, "type": "multiselect"}, ["content"]),
    ],
    ids=str,
)
def test_answer_that_awx_refuses(question: dict[str, Any], answer: Any) -> None:
    assert surveys.answer_errors(survey(question), {"tables": answer}, complete=True)


def test_required_answer_is_missing_in_spite_of_its_default() -> None:
    asked = survey({**QUESTION, "required": True, "default": "orders"})
    assert surveys.answer_errors(asked, {}, complete=True) == ["'tables' value missing"]
    assert not surveys.answer_errors(asked, {}, complete=False)


def test_defaults_that_arrive() -> None:
    several = {**CHOICE, "variable": "several", "type": "multiselect"}
    nothing = {**CHOICE, "variable": "nothing", "default": ""}
    assert surveys.defaults(survey(CHOICE, several, nothing)) == {"tables": "none"}


@pytest.mark.parametrize(
    "question",
    [
        without("default"),
        {**QUESTION, "required": True, "default": "orders"},
        {**QUESTION, "type": "password"},
        {**CHOICE, "type": "multiselect"},
        {**CHOICE, "choices": [True, False]},
        {**CHOICE, "choices": "none\nmanifest"},
        without("max"),
        {**QUESTION, "variable": "the-tables"},
        {**QUESTION, "question_description": "Which"},
    ],
    ids=str,
)
def test_survey_that_this_house_refuses(question: dict[str, Any]) -> None:
    assert list(house.survey_errors(survey(question)))
    assert not list(house.survey_errors(survey(QUESTION, CHOICE)))


DAILY = "DTSTART;TZID=Europe/Dublin:20260101T020000 RRULE:FREQ=DAILY;INTERVAL=1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "RRULE:FREQ=DAILY;INTERVAL=1",
        "DTSTART;TZID=Europe/Dublin:20260101T020000",
        "DTSTART:20260101T020000 RRULE:FREQ=DAILY;INTERVAL=1",
        "DTSTART;TZID=Europe/Atlantis:20260101T020000 RRULE:FREQ=DAILY;INTERVAL=1",
        "DTSTART:20260101T020000Z RRULE:FREQ=DAILY",
        "DTSTART:20260101T020000Z RRULE:FREQ=SECONDLY;INTERVAL=1",
        "DTSTART:20260101T020000Z RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=1SU",
        "DTSTART:20260101T020000Z RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=SU,-1MO",
        "DTSTART:20260101T020000Z RRULE:FREQ=DAILY;INTERVAL=1;COUNT=1000",
        "DTSTART:20260101T020000Z RRULE:FREQ=DAILY;INTERVAL=1;COUNT=2;UNTIL=20270101T000000Z",
        "DTSTART:20260101T020000Z RRULE:FREQ=SOMETIMES;INTERVAL=1",
        f"{DAILY} EXDATE:20260102T020000Z",
        f"{DAILY} RDATE:20260102T020000Z",
        f"DTSTART:20260101T020000Z {DAILY}",
    ],
)
def test_recurrence_that_awx_refuses(text: str) -> None:
    assert recurrences.errors(text)


@pytest.mark.parametrize(
    "text",
    [
        DAILY,
        "DTSTART:20260101T020000Z RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=SU;BYSETPOS=1",
        "DTSTART:20260101T020000Z RRULE:FREQ=DAILY;INTERVAL=1;BYMONTHDAY=1,15 EXRULE:FREQ=YEARLY;INTERVAL=1",
    ],
)
def test_recurrence_that_awx_takes(text: str) -> None:
    assert not recurrences.errors(text)


@pytest.mark.parametrize(
    "text",
    [
        "DTSTART:20260101T020000Z RRULE:FREQ=DAILY;INTERVAL=1",
        DAILY.replace("DAILY", "HOURLY"),
        DAILY.replace("DAILY", "MINUTELY"),
    ],
)
def test_recurrence_that_this_house_refuses(text: str) -> None:
    assert list(house.recurrence_errors(text))
    assert not list(house.recurrence_errors(DAILY))


def messages(message: Any = "{{ job.name }}", body: Any = "{}", **more: Any) -> dict[str, Any]:
    quiet = dict.fromkeys(("started", "success", "workflow_approval"))
    return {**quiet, "error": {"message": message, "body": body}, **more}


@pytest.mark.parametrize(
    "template",
    [
        messages(finished={"message": "x"}),
        messages(workflow_approval={"maybe": {"message": "x"}}),
        messages(error={"subject": "x"}),
        messages(message=1),
        messages(message="two\nlines"),
        messages(message="{{ job.nope }}"),
        messages(body="{{ job.artifacts.tables }}"),
        messages(body="{{ job.nope | tojson }}"),
        messages(body="{{ job.name"),
        messages(body="{{ job.name.__class__.__mro__ }}"),
    ],
    ids=str,
)
def test_message_that_awx_refuses(template: dict[str, Any]) -> None:
    assert notifications.message_errors(template)


# Each of these is taken when saved, and stops the workflows of that AWX when it is sent for one.
@pytest.mark.parametrize(
    "text",
    [
        '{{ job.artifacts.get("tables", []) | tojson }}',
        '{{ (job.artifacts | default({}, true)).get("tables", []) | tojson }}',
        "{{ job.host_status_counts.items() | list }}",
        "{{ job.limit | tojson }}",
        "{{ job.job_explanation | default('', true) | tojson }}",
        "{{ job.status | tojson }}",
        "{{ url | tojson }}",
    ],
)
def test_message_that_fails_when_it_is_sent(text: str) -> None:
    assert list(house.sending_errors(messages(body=text)))
    assert not notifications.message_errors(messages(body=text))


def test_message_that_awx_takes_and_sends() -> None:
    told = "{% set told = job.artifacts if job.artifacts is mapping else {} %}"
    good = messages(body=told + '{{ told.get("tables", []) | tojson }}')
    assert not notifications.message_errors(good) + list(house.sending_errors(good))


@pytest.mark.parametrize(
    ("template", "names_tables"),
    [
        ({"error": messages()["error"]}, False),
        (messages(error={"message": "only this"}), False),
        (messages(workflow_approval={"running": {"message": "only this"}}), False),
        (messages(body="no JSON"), False),
        (messages(body="[]"), False),
        (messages(body='{"explanation": "{{ job.artifacts }}" "}'), False),
        (messages(), True),
    ],
    ids=str,
)
def test_message_that_this_house_refuses(template: dict[str, Any], names_tables: bool) -> None:
    assert list(house.notification_errors(template, names_tables=names_tables))
    assert not list(house.notification_errors(messages(), names_tables=False))


WEBHOOK = {
    "url": "https://example.com",
    "http_method": "POST",
    "headers": {},
    "username": "",
    "password": "",
    "disable_ssl_verification": False,
}


@pytest.mark.parametrize(
    ("kind", "configuration"),
    [
        ("pigeon", {}),
        ("webhook", []),
        *(("webhook", without(key, WEBHOOK)) for key in WEBHOOK),
        ("webhook", {**WEBHOOK, "http_method": "GET"}),
        ("webhook", {**WEBHOOK, "headers": "none"}),
        ("webhook", {**WEBHOOK, "colour": "red"}),
        ("slack", {"token": "x", "channels": "#alerts"}),
    ],
    ids=str,
)
def test_notification_configuration_that_awx_refuses(kind: str, configuration: Any) -> None:
    assert notifications.configuration_errors(kind, configuration)
    assert not notifications.configuration_errors("webhook", WEBHOOK)


LAUNCHED = {"survey_enabled": True, "survey_spec": survey(NUMBER), "ask_limit_on_launch": True, "limit": ""}


@pytest.mark.parametrize(
    ("launched", "given"),
    [
        (LAUNCHED, {"job_type": "check"}),
        ({**LAUNCHED, "ask_limit_on_launch": False}, {"limit": "shop-eu"}),
        (LAUNCHED, {"extra_data": {"unasked": 1}}),
        (LAUNCHED, {"extra_data": {"tables": "5"}}),
        ({**LAUNCHED, "survey_enabled": False}, {"extra_data": {"tables": 5}}),
        ({**LAUNCHED, "survey_spec": survey({**NUMBER, "required": True})}, {}),
    ],
    ids=str,
)
def test_launch_that_awx_refuses(launched: dict[str, Any], given: dict[str, Any]) -> None:
    assert launches.errors(launched, given, complete=True)
    assert not launches.errors(LAUNCHED, {"limit": "shop-eu", "extra_data": {"tables": 5}}, complete=True)
