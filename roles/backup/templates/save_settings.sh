#!/bin/sh
# Runs on the cluster's master before a table is read: removes what an attempt that failed left, since the export tool
# refuses a directory that is there, and saves the table's settings beside its data.
# The template sets table, arn, run, execution and AWS_DEFAULT_REGION, and leaves out comments and indentation.
set -eu
: "${table:?}" "${arn:?}" "${run:?}" "${execution:?}"
errors=$(mktemp)
unread=
# Version 1 of the AWS CLI writes times as numbers if nobody says otherwise.
export AWS_CONFIG_FILE="$errors.config"
printf '[default]\ncli_timestamp_format = iso8601\n' >"$AWS_CONFIG_FILE"

# Somebody may run an instance again that ended well: its backup would be gone before there is another.
code=0
aws s3 ls "$run/checked.json" >/dev/null || code=$?
case $code in
  0)
    echo "The backup of $table in $run is whole and is kept. For another, run: ansible-playbook" \
      "tablekeeper.dynamodb.run -e tables=$table" >&2
    exit 1
    ;;
  1) ;;
  *) exit "$code" ;;
esac
aws s3 rm --recursive --only-show-errors "$run/"

# ask QUERY SERVICE CALL ...: prints that part of what AWS answers.
ask() {
  part=$1
  shift
  aws "$@" --query "$part" --output json
}

# try NAME QUERY SERVICE CALL ...: the same in $answer. The AWS CLI of older EMR releases does not know every call: it
# ends with 2 (252 in version 2), and the setting is named among those that are not read.
try() {
  setting=$1
  shift
  code=0
  answer=$(ask "$@" 2>"$errors") || code=$?
  case $code in
    0) ;;
    2|252) answer=null unread="$unread,\"$setting\"" ;;
    *)
      answer=null
      if ! grep -q PolicyNotFoundException "$errors"; then
        cat "$errors" >&2
        exit "$code"
      fi
      ;;
  esac
}

description=$(ask Table dynamodb describe-table --table-name "$table")
ttl=$(ask TimeToLiveDescription dynamodb describe-time-to-live --table-name "$table")
tags=$(ask Tags dynamodb list-tags-of-resource --resource-arn "$arn")
backups=$(ask ContinuousBackupsDescription dynamodb describe-continuous-backups --table-name "$table")
try ResourcePolicy Policy dynamodb get-resource-policy --resource-arn "$arn"
policy=$answer
try KinesisDataStreamDestinations "KinesisDataStreamDestinations || \`[]\`" \
  dynamodb describe-kinesis-streaming-destination --table-name "$table"
streams=$answer
try ContributorInsightsStatus ContributorInsightsStatus \
  dynamodb describe-contributor-insights --table-name "$table"
insights=$answer

# Auto scaling knows a table and each of its indexes as resources of their own.
indexes=$(printf '%s\n' "$description" | sed -n 's/^ *"IndexName": "\(.*\)",\{0,1\}$/\1/p')
set -- "table/$table"
for index in $indexes; do
  set -- "$@" "table/$table/index/$index"
done
targets=$(ask ScalableTargets application-autoscaling describe-scalable-targets \
  --service-namespace dynamodb --resource-ids "$@")
policies=
if [ "$targets" != "[]" ]; then
  for resource do
    some=$(ask ScalingPolicies application-autoscaling describe-scaling-policies \
      --service-namespace dynamodb --resource-id "$resource")
    if [ "$some" != "[]" ]; then
      some=${some#[}
      policies="$policies,${some%]}"
    fi
  done
fi

{
  printf '{"Version":1,"SavedAt":"%s","Execution":"%s",' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$execution"
  printf '"Table":%s,"TimeToLiveDescription":%s,"Tags":%s,' "$description" "$ttl" "$tags"
  printf '"ContinuousBackupsDescription":%s,"ResourcePolicy":%s,' "$backups" "$policy"
  printf '"KinesisDataStreamDestinations":%s,"ContributorInsightsStatus":%s,' "$streams" "$insights"
  printf '"ScalableTargets":%s,"ScalingPolicies":[%s],"NotRead":[%s]}' "$targets" "${policies#,}" "${unread#,}"
} >"$errors"
aws s3 cp --only-show-errors --content-type application/json "$errors" "$run/settings.json"
rm "$errors" "$AWS_CONFIG_FILE"
