# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from hypothesis import settings

# The first look at a time zone takes longer than the next, and machines are busy.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
