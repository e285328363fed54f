# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.tablekeeper.dynamodb.plugins.filter.targets import targets


def test_every_host_is_a_target() -> None:
    assert targets({"all": ["ireland"], "ungrouped": ["ireland"]}) == "all"
    assert targets({"all": ["ireland"], "ungrouped": ["ireland"]}, "ireland") == "all"


def test_without_a_host_there_is_one_to_say_so() -> None:
    assert targets({"all": [], "ungrouped": []}) == "localhost"


def test_a_limit_would_leave_none_to_say_so() -> None:
    with pytest.raises(AnsibleFilterError, match=r"has no host\. .* what the limit ireland names"):
        targets({"all": [], "ungrouped": []}, "ireland")
