# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of what backups are judged by: what is listed, how closely to look, what counts as well."""

from __future__ import annotations


class ModuleDocFragment:
    """What Ansible looks for."""

    DOCUMENTATION = r"""
options:
  expected:
    description:
      - The entries of an inventory, names or mappings as in C(tablekeeper_tables). One that is not deployed,
        or not as it is listed, makes its table unhealthy.
    type: list
    elements: raw
    default: []
  defaults:
    description: What the entries of O(expected) share, as C(tablekeeper_defaults).
    type: dict
    default: {}
  others:
    description: Tables that other targets tell of, by target. One that O(tables) names is no failure here.
    type: dict
    default: {}
  settings:
    description:
      - What else an inventory lists, its C(tablekeeper_*) variables without that prefix, such as C(alerts).
        What is empty is not compared; a store that is not deployed so makes the answer unhealthy. With
        the addresses of webhooks in it, use C(no_log); of those only the host is told.
    type: dict
    default: {}
  max_age:
    description: How old the last good backup may be, such as V(30 hours); else each table's own counts.
    type: str
  verify:
    description:
      - How closely to look at the newest point of each table. V(none) trusts what the run reported.
      - V(manifest) reads both manifests and their checksums, finds every file that they name with its size
        and etag, adds up the item counts, and asks DynamoDB about the export. It downloads no data.
      - V(content) also downloads every data file, and checks MD5, item count and that each line is an item.
      - Of what the data_pipeline engine writes V(manifest) finds every file, and V(content) counts the items.
      - A closer look than V(none) also finds points that were deleted before their time, as long as S3 keeps
        their versions or, with V(content), a recent run is known; whether the newest point's settings can be
        read, the table is still the one that was backed up, and its own key can be used.
    type: str
    choices: [none, manifest, content]
    default: manifest
  subscribers:
    description:
      - Who of the subscribers that are listed has to have confirmed the subscription. With V(any) it is
        enough that somebody has, and who has not is noted.
    type: str
    choices: [all, any]
    default: all
  expires_soon:
    description: How long before the last good backup is deleted that is told, while no newer one is good.
    type: str
    default: 7 days
  items_fell:
    description: By how many percent a table must have shrunk since a backup for that to be noted.
    type: int
    default: 90
"""
