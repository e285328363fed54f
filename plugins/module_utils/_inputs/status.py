# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `status` can be told."""

from __future__ import annotations

from .._base.checks import flag, one_of, whole
from .checks import age, entries, file, of_the_store, page, shared_by_all
from .shared import TARGET, json_file, selection
from .table import Input, Question, Verb

# What else the inventory lists, and may have changed since it was deployed.
_COMPARED = (
    *("alerts", "encryption", "kms_key_arn", "alerts_kms_key_arn", "object_lock", "expire_backups"),
    *("log_retention_days", "dashboard"),
)
_VERIFY = ("none", "manifest", "content")
_SUBSCRIBERS = ("all", "any")
_FORMATS = ("narrow", "wide")

STATUS = Verb(
    "Judge the backups of DynamoDB tables",
    "Shows each table, what is not healthy last, and tells the reasons."
    " Publishes `tablekeeper_status` with `set_stats`, then fails if a table is not healthy.",
    survey=("Judge the backups", "Which tables to judge, and how closely."),
    inputs=(
        *TARGET,
        selection(
            "status",
            "The tables to judge. With several targets each judges those that it lists or backs up; one"
            " that no target lists is `not_listed`, which the first target tells. `status_html`,"
            " `status_publish` and `status_prometheus_file` tell of whole targets: with tables named they"
            " write nothing, and the end says so.",
            "all that are deployed or expected",
            "all",
        ),
        Input(
            "expected",
            "The entries of the inventory. One that is not deployed is `not_listed`, one that is deployed"
            " otherwise `not_as_listed`.",
            entries,
            [],
            shared="tablekeeper_tables",
        ),
        Input("defaults", "What the entries share.", shared_by_all, {}, shared="tablekeeper_defaults"),
        Input(
            "settings",
            "What else the inventory lists, named without `tablekeeper_`. A store that is not deployed so"
            " is told; what is empty is not compared.",
            of_the_store,
            {},
            expression={key: f"{{{{ tablekeeper_{key} | default('') }}}}" for key in _COMPARED},
            shown=", ".join(f"`tablekeeper_{key}`" for key in _COMPARED),
            secret=True,
        ),
        Input(
            "verify",
            "How closely to look at the newest backup of each table. `none` trusts what the run reported;"
            " with `manifest` every object is there and is the one that was exported; with `content` it is"
            " downloaded and counted, too. What the `data_pipeline` engine wrote has no checksums:"
            " `manifest` finds every file that is named, `content` counts the items.",
            one_of(_VERIFY),
            "manifest",
            choices=_VERIFY,
            question=Question(
                "How closely to look at the newest backups",
                "none asks AWS how the runs ended; manifest also looks whether every object is there and"
                " unchanged; content also downloads and counts them, which takes as long as the backups are"
                " large.",
            ),
        ),
        Input(
            "max_age",
            "How old the last good backup may be, such as `30 hours`.",
            age,
            "",
            shown="each table's `max_age`",
            examples=("status_max_age: 30 hours",),
            question=Question(
                "How old the last good backup may be",
                "Such as 30 hours. Leave it empty for what the inventory says of each table.",
                most=32,
            ),
        ),
        Input(
            "subscribers",
            "Who of `tablekeeper_alerts` has to have confirmed the subscription, `all` or `any`. With `any`"
            " one is enough, and who has not is a note.",
            one_of(_SUBSCRIBERS),
            "all",
            choices=_SUBSCRIBERS,
        ),
        Input(
            "expires_soon",
            "How long before the last good backup of a table is deleted that is told, while no newer one is"
            " good.",
            age,
            "7 days",
        ),
        Input(
            "items_fell",
            "By how much a table must have shrunk since a backup for that to be noted.",
            whole(1, 100),
            90,
            unit="percent",
        ),
        Input(
            "format",
            "How the verdicts are shown. `narrow` fits 100 columns; `wide` has every column, however long"
            " the lines become.",
            one_of(_FORMATS),
            "narrow",
            choices=_FORMATS,
        ),
        json_file("status", ""),
        Input(
            "junit_file",
            "The same for a test of each table, as JUnit's XML.",
            file,
            "",
            kind="A path",
            shown="none",
            examples=('status_junit_file: "/srv/reports/tablekeeper-{{ inventory_hostname }}.xml"',),
        ),
        Input(
            "prometheus_file",
            "The same for metrics, for the textfile collector of Prometheus's node exporter, which reads"
            " files that end in `.prom`.",
            file,
            "",
            kind="A path",
            shown="none",
            examples=(
                'status_prometheus_file: "/var/lib/node_exporter/tablekeeper_{{ inventory_hostname }}.prom"',
            ),
        ),
        Input(
            "html",
            "A page for people, as HTML with all that it needs: see"
            " [docs/status-page.md](../../docs/status-page.md). Targets that name the same file share one"
            " page. A directory gets an `index.html`.",
            page,
            "",
            kind="A path",
            shown="none",
            examples=("status_html: /srv/www/backups.html", "-e status_html=backups.html"),
        ),
        Input(
            "publish",
            "Put the page of `status_html` into the bucket of the store as well, below `status/`: private,"
            " and deleted after a week. It goes into the store of the first target that shares the page, says"
            " so, and has one. See [Publish the page](#publish-the-page).",
            flag,
            False,
            examples=("status_publish: true",),
        ),
        Input("fail", "Fail if a table is not healthy.", flag, True),
    ),
)
