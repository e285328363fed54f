# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables for AWS Data Pipeline and settings of clusters with one mistake each."""

from __future__ import annotations

from typing import Any

from .one_mistake import BadInventory, setting, table


def _piped(case: str, sentence: str, **keys: Any) -> BadInventory:
    return table(case, sentence, engine="data_pipeline", **keys)


def _cluster(case: str, sentence: str, **settings: Any) -> BadInventory:
    return setting(case, f"tablekeeper_data_pipeline: {sentence}", data_pipeline=settings)


BAD_PIPELINES = (
    BadInventory(
        "region-without-data-pipeline",
        'tablekeeper_region is "eu-central-1", but AWS Data Pipeline exists only in us-east-1, us-west-2, '
        "ap-southeast-2, ap-northeast-1, eu-west-1: write engine: export for ledger.",
        {
            "tablekeeper_region": "eu-central-1",
            "tablekeeper_tables": ["orders", {"name": "ledger", "engine": "data_pipeline"}],
        },
    ),
    BadInventory(
        "more-tags-than-a-pipeline-takes",
        'tablekeeper_tags is "8 tags", but it must hold at most 7: a pipeline takes 7 beside its own.',
        {
            "tablekeeper_tags": {f"tag-{number}": "x" for number in range(8)},
            "tablekeeper_tables": [{"name": "orders", "engine": "data_pipeline"}],
        },
    ),
    _piped(
        "pipeline-in-local-time",
        'orders: timezone is "Europe/Dublin", but AWS Data Pipeline knows no other time zone than UTC: write '
        "timezone: UTC, and at in UTC.",
        timezone="Europe/Dublin",
    ),
    BadInventory(
        "pipeline-in-the-local-time-of-all",
        'orders: timezone is "Asia/Tokyo", but AWS Data Pipeline knows no other time zone',
        {
            "tablekeeper_defaults": {"timezone": "Asia/Tokyo"},
            "tablekeeper_tables": [{"name": "orders", "engine": "data_pipeline"}],
        },
    ),
    setting(
        "all-pipelines-in-local-time",
        'tablekeeper_defaults: timezone is "Asia/Tokyo", but AWS Data Pipeline knows no other',
        defaults={"timezone": "Asia/Tokyo", "engine": "data_pipeline"},
    ),
    _piped("ratio-too-large", "orders: read_ratio is 1.5, but it must be a number from 0.1", read_ratio=1.5),
    _piped("ratio-zero", 'orders: read_ratio is "0.05", but it must be a number from 0.1', read_ratio="0.05"),
    _piped("ratio-in-percent", 'orders: read_ratio is "25%", but it must be a number', read_ratio="25%"),
    table(
        "ratio-of-an-export",
        "orders: read_ratio is 0.5, but the export engine takes none of a table's read capacity: leave",
        read_ratio=0.5,
    ),
    setting(
        "pipeline-settings-not-a-mapping",
        'tablekeeper_data_pipeline is "m5.xlarge", but it must be a mapping with any of release_label, ',
        data_pipeline="m5.xlarge",
    ),
    _cluster(
        "cluster-key", "core_cuont is 2, but there is no such key: the nearest is core_count", core_cuont=2
    ),
    _cluster(
        "cluster-release",
        'release_label is "emr-7.1.0", but it must be a release of',
        release_label="emr-7.1.0",
    ),
    _cluster("cluster-type", 'core_instance_type is "large", but it must be an', core_instance_type="large"),
    _cluster(
        "cluster-type-not-offered",
        'master_instance_type is "m5.large", but AWS Data Pipeline offers no m5.large: take m5.xlarge',
        master_instance_type="m5.large",
    ),
    _cluster("cluster-without-nodes", "core_count is 0, but it must be a whole number from 1", core_count=0),
    _cluster("cluster-subnet", 'subnet_id is "vpc-1", but it must be the id of a subnet', subnet_id="vpc-1"),
    _cluster("cluster-key-pair", 'key_name is "a,b", but it must be the name', key_name="a,b"),
    _cluster(
        "cluster-tools",
        'tools_jar is "s3n://tools/a.jar", but it must be the s3:// address',
        tools_jar="s3n://tools/a.jar",
    ),
    _cluster(
        "cluster-endless", "terminate_after is 6, but it must be from 1 hour to 1 week", terminate_after=6
    ),
    _cluster("cluster-bid", "spot_bid is 0, but it must be the most to pay for an hour", spot_bid=0),
    _cluster("cluster-retries", "retries is 6, but it must be a whole number from 0 to 5", retries=6),
    _cluster("cluster-logs", "log_retention_days is 0, but it must be a whole", log_retention_days=0),
    _cluster("cluster-log-bucket", 'log_bucket_name is "Logs", but it must be a', log_bucket_name="Logs"),
    _cluster("cluster-speed", "gb_per_hour is 0, but it must be a whole number from 1", gb_per_hour=0),
)
