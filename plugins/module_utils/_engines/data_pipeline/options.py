# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of the data_pipeline engine, and where AWS Data Pipeline exists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..._base.checks import Check, matching, read, span, text, whole
from ..._base.durations import WEEK
from ..._base.mistakes import Mistake, NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ENGINE = "data_pipeline"

# https://docs.aws.amazon.com/general/latest/gr/datapipeline.html
REGIONS = ("us-east-1", "us-west-2", "ap-southeast-2", "ap-northeast-1", "eu-west-1")

# What the "Export DynamoDB table to S3" template of AWS's console starts.
_TOOLS = (
    "s3://dynamodb-dpl-{region}/emr-ddb-storage-handler/4.11.0/"
    "emr-dynamodb-tools-4.11.0-SNAPSHOT-jar-with-dependencies.jar"
)

# GiB of memory of the instance types that AWS Data Pipeline documents for EMR and people choose.
# https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-emr-supported-instance-types.html
_MEMORY = {
    "c4.2xlarge": 15,
    "c5.xlarge": 8,
    "c5.2xlarge": 16,
    "c5.4xlarge": 32,
    "m3.xlarge": 15,
    "m3.2xlarge": 30,
    "m4.large": 8,
    "m4.xlarge": 16,
    "m4.2xlarge": 32,
    "m4.4xlarge": 64,
    "m5.xlarge": 16,
    "m5.2xlarge": 32,
    "m5.4xlarge": 64,
    "r4.xlarge": 30,
    "r4.2xlarge": 61,
}

# Of the ten that a pipeline may have, the template gives it three.
# https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-adding-tags.html
MOST_TAGS = 7

DEFAULT_READ_RATIO = 0.25
_TENTH = re.compile(r"0?\.[1-9][0-9]?|1(\.0{1,2})?")


@dataclass(frozen=True)
class DataPipeline:
    """How clusters are made, and what is assumed of their speed."""

    release_label: str = "emr-5.23.0"
    master_instance_type: str = "m5.xlarge"
    core_instance_type: str = "m5.xlarge"
    core_count: int = 1
    subnet_id: str = ""
    key_name: str = ""
    tools_jar: str = ""
    terminate_after_hours: int = 6
    spot_bid: str = ""
    retries: int = 2
    log_retention_days: int = 90
    log_bucket_name: str = ""
    gb_per_hour: int = 180

    @property
    def map_memory(self) -> int:
        """MiB for a task that reads a table; 0 leaves it to EMR, which knows types that are not known here.

        EMR gives YARN three quarters of such a node. A quarter of that lets one node hold the job's
        master and three tasks.
        """
        return _MEMORY.get(self.core_instance_type, 0) * 1024 * 3 // 16

    @property
    def map_heap(self) -> int:
        """MiB of heap in it: a fifth is left to the rest of the process."""
        return self.map_memory * 4 // 5


def ratio(value: object) -> float:
    """The share of a table's read capacity that a backup may take."""
    written = repr(value) if isinstance(value, float) else text(value)
    if written is None or not _TENTH.fullmatch(written) or float(written) < 0.1:
        raise NotAllowedError("it must be a number from 0.1 to 1.0, with at most two decimals, such as 0.25")
    return float(written)


def _instance_type(value: object) -> str:
    found = matching(r"[a-z][a-z0-9-]*\.[a-z0-9]+", "it must be an instance type, such as m5.xlarge")(value)
    if found == "m5.large":
        raise NotAllowedError("AWS Data Pipeline offers no m5.large: take m5.xlarge, or m4.large")
    return found


def _bid(value: object) -> str:
    written = repr(value) if isinstance(value, float) else text(value)
    if written is None or not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,4})?", written) or not float(written):
        raise NotAllowedError("it must be the most to pay for an hour of a node, in US dollars, such as 0.10")
    return written


CHECKS: dict[str, Check[Any]] = {
    "release_label": matching(
        r"emr-5\.[0-9]{1,2}\.[0-9]{1,2}",
        "it must be a release of EMR 5, such as emr-5.23.0: the export tool is not made for others",
    ),
    "master_instance_type": _instance_type,
    "core_instance_type": _instance_type,
    "core_count": whole(1, 100),
    "subnet_id": matching(r"subnet-[0-9a-f]{8,17}", "it must be the id of a subnet, such as subnet-0a1b2c3d"),
    "key_name": matching(r"[!-+.-~][ -+.-~]{0,254}", "it must be the name of an EC2 key pair"),
    "tools_jar": matching(
        r"s3://[a-z0-9.-]+/[^\s,#{}]+\.jar", "it must be the s3:// address of a .jar, without a comma"
    ),
    "terminate_after": span(1, WEEK, '"6 hours"'),
    "spot_bid": _bid,
    "retries": whole(0, 5),
    "log_retention_days": whole(1, 3650),
    "log_bucket_name": matching(
        r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
        "it must be a bucket name: 3 to 63 lower-case letters, digits or hyphens, no hyphen at either end",
    ),
    "gb_per_hour": whole(1, 100_000),
}
_PLACE = "tablekeeper_data_pipeline"


def mapping(value: object) -> dict[str, object]:
    """What the user wrote of this engine."""
    if not isinstance(value, dict):
        raise NotAllowedError(f"it must be a mapping with any of {', '.join(CHECKS)}")
    return value


def read_data_pipeline(written: dict[str, object], region: str, mistakes: list[Mistake]) -> DataPipeline:
    """Check the settings of the engine, and complete them."""
    values = dict(read(_PLACE, written, CHECKS, mistakes).values)
    if "terminate_after" in values:
        values["terminate_after_hours"] = values.pop("terminate_after")
    return DataPipeline(**{"tools_jar": _TOOLS.format(region=region), **values})


def overtagged(tags: Mapping[str, str], tables: Sequence[str]) -> Iterator[Mistake]:
    """More tags of the stacks than a pipeline takes, which CloudFormation gives them to."""
    if tables and len(tags) > MOST_TAGS:
        reason = f"a pipeline takes {MOST_TAGS} beside its own"
        yield Mistake(
            "tablekeeper_tags", "", f"{len(tags)} tags", f"it must hold at most {MOST_TAGS}: {reason}"
        )


def misplaced(region: str, tables: Sequence[str]) -> Iterator[Mistake]:
    """A region that has no AWS Data Pipeline."""
    if tables and region and region not in REGIONS:
        listed = ", ".join(tables[:5]) + (f" and {len(tables) - 5} more" if len(tables) > 5 else "")
        reason = f"AWS Data Pipeline exists only in {', '.join(REGIONS)}"
        yield Mistake("tablekeeper_region", "", region, f"{reason}: write engine: export for {listed}")
