# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS asks for, in US dollars of us-east-1, and where each price was read; they stand nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

AS_OF = "2026-11-23"


@dataclass(frozen=True)
class Price:
    """One price and the unit it is for."""

    dollars: float
    unit: str
    source: str


COMPARED = "third-party price table of September 2026"
UNVERIFIED = "not verified"
PRICES = {
    "export": Price(0.10, "GB exported", "third-party pages"),
    "export_changes": Price(
        0.10,
        "GB that has changed, 10 MB at least",
        "third-party pages; the least was seen once: not verified",
    ),
    "pitr": Price(0.20, "GB and month of point-in-time recovery", COMPARED),
    "storage": Price(0.023, "GB and month in S3 Standard", COMPARED),
    "put": Price(0.000005, "PUT request to S3", "third-party pages"),
    "alarm": Price(0.10, "alarm and month", COMPARED),
    "transition": Price(0.000025, "state transition of Step Functions", "several public pages, which agree"),
    "publish": Price(0.0000005, "SNS request", "third-party page of June 2026"),
    "dashboard": Price(
        3.00, "CloudWatch dashboard and month, beyond the first three of an account", "third-party pages"
    ),
    "key": Price(1.00, "customer key and month, if asked for", COMPARED),
    "import": Price(0.15, "GB imported from S3, uncompressed", UNVERIFIED),
    "restore": Price(0.15, "GB restored by DynamoDB or AWS Backup", COMPARED),
    "aws_backup": Price(
        0.10, "GB and month of an AWS Backup point, warm", "equal to DynamoDB's own backups: not verified"
    ),
    "read": Price(0.125e-6, "read request unit, on demand", COMPARED),
    "write": Price(0.625e-6, "write request unit, on demand", COMPARED),
    "dpu": Price(0.44, "DPU and hour of AWS Glue", "third-party pages"),
    "node": Price(
        0.13, "hour of an m4.large in EMR", "EC2 from the price table; EMR's $0.03 from memory: not verified"
    ),
    "activity": Price(0.60, "Data Pipeline activity and month", COMPARED),
}

# As it is said where people decide: what is free is for all of an account's dashboards together.
DASHBOARD_PRICE = (
    f"${PRICES['dashboard'].dollars:.2f} a month for each dashboard of an account beyond three with up to 50"
    " metrics each"
)

# AWS Data Pipeline asks more for what runs more than once a day.
FREQUENT_ACTIVITY = Price(
    1.00, "Data Pipeline activity and month, more than daily", "from memory: " + UNVERIFIED
)

# An hour of a node, EC2 and EMR together. A type that is not listed has no price here, and none is made up.
NODES = {
    "m4.large": Price(0.100 + 0.030, "hour of a node", "EC2: " + COMPARED + "; EMR: " + UNVERIFIED),
    "m5.xlarge": Price(0.192 + 0.048, "hour of a node", "EC2: " + COMPARED + "; EMR: third-party page"),
}

# The classic template's cluster of its own for each table, each time: two m4.large for an hour.
CLASSIC_RUN = 0.26
