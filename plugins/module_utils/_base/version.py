# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The collection's version, for records that outlive it; galaxy.yml has it for everybody else."""

from __future__ import annotations

COLLECTION = "0.1.0"
