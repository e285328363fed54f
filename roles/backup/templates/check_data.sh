#!/bin/sh
# Runs on the cluster's master after a table was read: only data that the export tool says is whole makes a backup.
# The template sets table, run, empty (yes or no) and AWS_DEFAULT_REGION, for longer intervals also beat, topic and hours.
set -eu
: "${table:?}" "${run:?}" "${empty:?}"
aws s3 cp --only-show-errors "$run/data/_SUCCESS" - >/dev/null
aws s3 cp --only-show-errors "$run/data/manifest" - >/dev/null
if [ "$empty" = no ]; then
  files=$(aws s3 ls "$run/data/")
  bytes=$(echo "$files" | awk '$4 != "manifest" && $4 != "_SUCCESS" {sum += $3} END {print sum + 0}')
  if [ "$bytes" = 0 ]; then
    echo "The backup of $table holds no item. If the table may be empty, set allow_empty for it and run the backup playbook." >&2
    exit 1
  fi
fi

# An alarm looks back a day: longer intervals keep a good heartbeat alive.
if [ "${beat:-}" ]; then
  : "${topic:?}" "${hours:?}"
  # Counted from when the table was begun to be read: a backup is as old as its data.
  listed=$(TZ=UTC aws s3 ls "$run/settings.json")
  began=$(date -u -d "$(echo "$listed" | head -n 1 | cut -c 1-19) UTC" +%s)
  until=$(date -u -d "@$((began + hours * 3600))" +%Y-%m-%dT%H:%M:%SZ)
  aws stepfunctions start-execution --state-machine-arn "$beat" --output text --query executionArn \
    --name "${topic##*-}-$(date +%s)" \
    --input "{\"topic\":\"$topic\",\"until\":\"$until\"}"
fi

# What tells a later attempt in the same place that there is a good backup.
printf '{"Version":1,"CheckedAt":"%s"}' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" |
  aws s3 cp --only-show-errors --content-type application/json - "$run/checked.json"
