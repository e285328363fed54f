# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables with one mistake each, and defaults of tables."""

from __future__ import annotations

from .one_mistake import BadInventory, setting, table, tables

_NAME_RULE = "but a table name has 3 to 255 letters, digits, or _ . -"

BAD_TABLES = (
    # The list and its names
    tables("no-tables", "tablekeeper_tables is [], but it must list at least one table", []),
    tables(
        "tables-is-text", 'tablekeeper_tables is "orders", but it must be a list of table names', "orders"
    ),
    tables("tables-is-mapping", "but it must be a list of table names", {"orders": {"every": "1 day"}}),
    tables("entry-is-list", "tablekeeper_tables entry 2 is [], but it must be a table name", ["orders", []]),
    tables("entry-is-fraction", "tablekeeper_tables entry 1 is 1.1, but it must be a table name", [1.10]),
    tables("entry-is-bool", "tablekeeper_tables entry 1 is true, but it must be a table name", [True]),
    tables("entry-without-name", "tablekeeper_tables entry 1: name is not set", [{"every": "1 day"}]),
    tables("name-too-short", f'tablekeeper_tables entry 1: name is "ab", {_NAME_RULE}', ["ab"]),
    tables("name-too-long", _NAME_RULE, ["x" * 256]),
    tables("name-with-space", f'entry 1: name is "my orders", {_NAME_RULE}', ["my orders"]),
    tables("name-is-arn", _NAME_RULE, ["arn:aws:dynamodb:eu-west-1:123456789012:table/orders"]),
    tables(
        "duplicate",
        'orders: name is "orders", but entries 1 and 3 of tablekeeper_tables all have this name',
        ["orders", "sessions", {"name": "orders"}],
    ),
    # The keys of a table
    table(
        "unknown-key",
        "orders: retention is 7, but there is no such key: the nearest is retention_",
        retention=7,
    ),
    table("unknown-engine", 'orders: engine is "exprot", but it must be export', engine="exprot"),
    table(
        "drill-every-too-long",
        'orders: drill_every is "2 years", but it must be from 1 day to 366 days, in hours, days or weeks, '
        'such as "30 days", or never',
        drill_every="2 years",
    ),
    table("drill-every-a-switch", "orders: drill_every is false, but it must be from", drill_every=False),
    table("every-without-unit", "orders: every is 6, but it must be from 1 hour to 31 days", every=6),
    table(
        "every-in-minutes", 'orders: every is "30 minutes", but it must be from 1 hour', every="30 minutes"
    ),
    table(
        "every-too-short",
        'orders: every is "0 hours", but it must be from 1 hour to 31 days',
        every="0 hours",
    ),
    table(
        "every-too-long", 'orders: every is "32 days", but it must be from 1 hour to 31 days', every="32 days"
    ),
    table("at-not-a-time", 'orders: at is "25:00", but it must be a time of day', at="25:00"),
    table("at-is-an-hour", "orders: at is 2, but it must be a time of day", at=2),
    table("at-beyond-the-day", "orders: at is 1440, but it must be a time of day", at=1440),
    table(
        "timezone-misspelt",
        'orders: timezone is "Europe/Berlni", but there is no such time zone in the IANA database '
        "of this machine: the nearest is Europe/Berlin",
        timezone="Europe/Berlni",
    ),
    table("timezone-of-this-machine", "there is no such time zone in the IANA", timezone="localtime"),
    table("timezone-of-no-place", "there is no such time zone in the IANA", timezone="Factory"),
    table("timezone-posix", "there is no such time zone in the IANA", timezone="posix/Europe/Berlin"),
    table("timezone-right", "there is no such time zone in the IANA", timezone="right/Europe/Berlin"),
    table(
        "timezone-offset", 'orders: timezone is "+02:00", but there is no such time zone', timezone="+02:00"
    ),
    table(
        "retention-not-a-number",
        'orders: retention_days is "a week", but it must',
        retention_days="a week",
    ),
    table(
        "retention-zero",
        "orders: retention_days is 0, but it must be a whole number from 1",
        retention_days=0,
    ),
    table(
        "retention-fraction",
        "orders: retention_days is 1.5, but it must be a whole number",
        retention_days=1.5,
    ),
    table(
        "retention-is-bool",
        "orders: retention_days is true, but it must be a whole number",
        retention_days=True,
    ),
    table("enabled-not-a-bool", 'orders: enabled is "maybe", but it must be true or false', enabled="maybe"),
    table("allow-empty-not-a-bool", "orders: allow_empty is 2, but it must be true or false", allow_empty=2),
    # Windows that cannot be
    table(
        "age-within-interval",
        'orders: max_age is "1 day", but it must be longer than every (1 day)',
        every="24 hours",
        max_age="1 day",
    ),
    table(
        "age-of-the-longest-day",
        'orders: max_age is "25 hours", but it must be longer than 25 hours, or each backup is overdue '
        "before it is made: so long passes between two starts when clocks in Europe/Berlin go back",
        max_age="25 hours",
        timezone="Europe/Berlin",
    ),
    table(
        "age-of-the-longest-hour",
        'orders: max_age is "2 hours", but it must be longer than 2 hours, or each',
        every="1 hour",
        max_age="2 hours",
        timezone="America/New_York",
    ),
    table("age-too-long", 'orders: max_age is "63 days", but it must be from', max_age="63 days"),
    table(
        "retention-below-age",
        "orders: retention_days is 1, but it must be at least 2, so that a backup still exists",
        retention_days=1,
    ),
    table(
        "retention-below-schedule",
        "orders: retention_days is 7, but it must be at least 9",
        retention_days=7,
        every="1 week",
        max_age="9 days",
    ),
    table(
        "skipped-by-clocks",
        'orders: at is "02:30", but clocks in Europe/Berlin skip a start on 2026-03-29',
        at="02:30",
        timezone="Europe/Berlin",
    ),
    # Tags
    table("tags-not-a-mapping", "orders: tags is [], but it must be a mapping", tags=[]),
    table("tag-reserved", "the key aws:owner must be 1 to 128 letters", tags={"aws:owner": "me"}),
    table(
        "tags-alike",
        "the keys Owner and owner differ in case only, and AWS takes them for one",
        tags={"Owner": "shop", "owner": "me"},
    ),
    table(
        "tag-of-ours", "the key tablekeeper-prefix is the collection's own", tags={"tablekeeper-prefix": "a"}
    ),
    table("tag-key-too-long", "must be 1 to 128 letters", tags={"x" * 129: "me"}),
    table("tag-value-too-long", "the value of owner must be text of at most 256", tags={"owner": "x" * 257}),
    table("tag-value-not-text", "the value of owner must be text of at most 256", tags={"owner": ["me"]}),
    table("tags-too-many", "it must hold at most 40 tags, not 41", tags={f"tag{n}": "" for n in range(41)}),
    BadInventory(
        "tags-alike-together",
        "with tablekeeper_tags the keys Team and team differ in case only, and AWS takes them for one",
        {
            "tablekeeper_tables": [{"name": "orders", "tags": {"team": "shop"}}],
            "tablekeeper_tags": {"Team": "a"},
        },
    ),
    BadInventory(
        "tags-too-many-together",
        "orders: tags is {",
        {
            "tablekeeper_tables": [{"name": "orders", "tags": {f"a{n}": "" for n in range(21)}}],
            "tablekeeper_tags": {f"b{n}": "x" for n in range(20)},
        },
    ),
    # Defaults
    setting("defaults-not-a-mapping", "tablekeeper_defaults is [{", defaults=[{"every": "1 day"}]),
    setting(
        "defaults-with-name",
        'tablekeeper_defaults: name is "orders", but there is no',
        defaults={"name": "orders"},
    ),
    setting("defaults-bad-value", 'tablekeeper_defaults: every is "daily"', defaults={"every": "daily"}),
    setting(
        "defaults-contradict-each-other",
        'tablekeeper_defaults: max_age is "5 hours", but it must be longer than every (6 hours)',
        defaults={"every": "6 hours", "max_age": "5 hours"},
    ),
)
