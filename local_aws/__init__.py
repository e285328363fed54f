# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An AWS on one loopback port: ministack, made as strict as AWS wherever this collection could tell.

``python -m local_aws`` serves it, ``client.process.LocalAws`` starts it beside a test. An access key of 12
digits is the account. Besides AWS's own API it answers, below ``/_local_aws/``: ``clock`` (GET; POST
advance_seconds, wait_scale), ``calls`` (GET, DELETE ?account=), ``exports`` (POST real_seconds) and what its
services add. What AWS does and this does not, it refuses with NotImitatedException.
"""
