#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: publish_status
short_description: (internal) Put pages of status into the bucket of a store
version_added: 0.1.0
description:
  - Puts pages that the status role has written below C(status/) in the bucket of a store, where only those
    who have rights to it can read them. They are encrypted as the bucket is, and deleted by a rule of
    its own.
  - A page of the same name is replaced; the one before is an earlier version for as long.
  - Tells where the first page is, for how long, and how to make a link. It makes none itself.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  prefix:
    description: What the names of everything begin with.
    type: str
    default: tablekeeper
  pages:
    description: The pages, that first with which people begin.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of its file, without a directory.
        type: str
        required: true
      content:
        description: Its HTML.
        type: str
        required: true
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Publish a page
  tablekeeper.dynamodb.publish_status:
    pages:
      - name: backups.html
        content: "{{ lookup('ansible.builtin.file', '/srv/www/backups.html') }}"
    region: eu-west-1
"""

RETURN = r"""
bucket:
  description: The bucket of the store.
  returned: success
  type: str
  sample: tablekeeper-123456789012-eu-west-1
objects:
  description: What the pages are in it, also those that would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [status/backups.html]
lines:
  description: Sentences on where the first page is, for how long, and how to make a link to it.
  returned: success
  type: list
  elements: str
  sample:
    - >-
      The page is published privately as s3://tablekeeper-123456789012-eu-west-1/status/backups.html; the
      bucket deletes it after 7 days.
"""

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws, told_of
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.apply_publish import (
    NoStoreError,
    publish,
)

PAGE = {"name": {"type": "str", "required": True}, "content": {"type": "str", "required": True}}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "prefix": {"type": "str", "default": "tablekeeper"},
            "pages": {"type": "list", "elements": "dict", "required": True, "options": PAGE},
        },
        supports_check_mode=True,
    )
    pages = {each["name"]: each["content"] for each in module.params["pages"]}
    prefix, region = module.params["prefix"], module.region
    try:
        result = publish(Aws.of(module), prefix, region, pages, check=module.check_mode)
    except NoStoreError as error:
        module.fail_json(msg=str(error))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=told_of(error, "AWS refused it"))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
