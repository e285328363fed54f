#!/bin/sh
# Runs on the cluster's master before a table is read: removes what an attempt that failed left, since the export tool
# refuses a directory that is there, and saves the table's settings beside its data.
# The template sets table, arn, run, execution and AWS_DEFAULT_REGION, and leaves out comments and indentation.
set -eu
: "${table:?}" "${arn:?}" "${run:?}" "${execution:?}"
errors=$(mktemp)
# Version 1 of the AWS CLI writes times as numbers if nobody says otherwise. What old ones do not know they pass over.
export AWS_CONFIG_FILE="$errors.config"
printf '[default]\ncli_timestamp_format = iso8601\nretry_mode = standard\nmax_attempts = 8\n' >"$AWS_CONFIG_FILE"

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

# try QUERY SERVICE CALL ...: the same in $answer. What cannot be read fails no backup: it is unknown, and why. The AWS
# CLI of older EMR releases does not know every call: it ends with 2, or 252 in version 2.
try() {
  code=0
  answer=$(ask "$@" 2>"$errors") || code=$?
  if [ "$code" != 0 ] && grep -q PolicyNotFoundException "$errors"; then
    answer=null
  elif [ "$code" != 0 ]; then
    cat "$errors" >&2
    why="aws $2 $3 ended with $code: $(tr '\n' ' ' <"$errors")"
    case $code in
      2|252) why="the AWS CLI of this cluster does not know $2 $3" ;;
    esac
    answer="{\"unknown\":\"$(printf %s "$why" | LC_ALL=C tr -cd ' -~' | cut -c1-300 | sed 's/["\\]/\\&/g')\"}"
  fi
}

# value NAME: what the description of the table says of it, without quotes. The CLI writes a line for each member.
value() {
  printf '%s\n' "$description" | sed -n "s/^ *\"$1\": \"\(.*\)\",\{0,1\}\$/\1/p"
}

# has LINE: whether the description has a line that begins so.
has() {
  printf '%s\n' "$description" | grep -q "^ *$1"
}

description=$(ask Table dynamodb describe-table --table-name "$table")
ttl=$(ask TimeToLiveDescription dynamodb describe-time-to-live --table-name "$table")
tags=$(ask Tags dynamodb list-tags-of-resource --resource-arn "$arn")
backups=$(ask ContinuousBackupsDescription dynamodb describe-continuous-backups --table-name "$table")
try Policy dynamodb get-resource-policy --resource-arn "$arn"
policy=$answer
try "KinesisDataStreamDestinations || \`[]\`" dynamodb describe-kinesis-streaming-destination --table-name "$table"
kinesis=$answer
# The CLI reads no further page of these by itself; AWS knows no table with a hundred indexes.
try "(NextToken && {unknown: 'there are more than are read', listed: ContributorInsightsSummaries}) \
  || ContributorInsightsSummaries || \`[]\`" \
  dynamodb list-contributor-insights --table-name "$table" --max-results 100
insights=$answer
# AWS lists the alarms of a table only among all others. Those of target tracking are made by its policies.
of_table="Dimensions[?Name=='TableName' && Value=='$table']"
try "MetricAlarms[?!starts_with(AlarmName, 'TargetTracking-table/') && (Namespace=='AWS/DynamoDB' && $of_table \
  || Metrics[?MetricStat.Metric.Namespace=='AWS/DynamoDB' && MetricStat.Metric.$of_table])].AlarmName" \
  cloudwatch describe-alarms
alarms=$answer

# What only some tables have.
stream_policy=null mappings=[] pipes=[] replicas=[] manager=
if has '"StreamEnabled": true'; then
  stream=$(value LatestStreamArn)
  try Policy dynamodb get-resource-policy --resource-arn "$stream"
  stream_policy=$answer
  try "EventSourceMappings[].{UUID: UUID, FunctionArn: FunctionArn, State: State}" \
    lambda list-event-source-mappings --event-source-arn "$stream"
  mappings=$answer
  try "Pipes[].{Name: Name, Target: Target}" pipes list-pipes --source-prefix "$stream"
  pipes=$answer
fi
if has '"Replicas": \[$'; then
  try "TableAutoScalingDescription.Replicas || \`[]\`" \
    dynamodb describe-table-replica-auto-scaling --table-name "$table"
  replicas=$answer
fi
key=$(value KMSMasterKeyArn)
if [ "$key" ]; then
  try KeyMetadata.KeyManager kms describe-key --key-id "$key"
  manager="\"KeyManager\":$answer,"
fi

# Auto scaling knows a table and each of its indexes as resources of their own.
set -- "table/$table"
for index in $(value IndexName | sort -u); do
  set -- "$@" "table/$table/index/$index"
done
targets=$(ask ScalableTargets application-autoscaling describe-scalable-targets \
  --service-namespace dynamodb --resource-ids "$@")
policies='' actions=[]
if [ "$targets" != "[]" ]; then
  for resource do
    some=$(ask ScalingPolicies application-autoscaling describe-scaling-policies \
      --service-namespace dynamodb --resource-id "$resource")
    if [ "$some" != "[]" ]; then
      some=${some#[}
      policies="$policies,${some%]}"
    fi
  done
  try "ScheduledActions[?ResourceId=='table/$table' || starts_with(ResourceId, 'table/$table/index/')]" \
    application-autoscaling describe-scheduled-actions --service-namespace dynamodb
  actions=$answer
fi

{
  printf '{"Version":2,"SavedAt":"%s","Execution":"%s",' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$execution"
  printf '"Table":%s,"TimeToLiveDescription":%s,"Tags":%s,%s' "$description" "$ttl" "$tags" "$manager"
  printf '"ContinuousBackupsDescription":%s,"ResourcePolicy":%s,' "$backups" "$policy"
  printf '"StreamResourcePolicy":%s,"KinesisDataStreamDestinations":%s,' "$stream_policy" "$kinesis"
  printf '"ContributorInsights":%s,"ScalableTargets":%s,"ScalingPolicies":[%s],' "$insights" "$targets" "${policies#,}"
  printf '"ScheduledActions":%s,"ReplicaAutoScaling":%s,"Alarms":%s,' "$actions" "$replicas" "$alarms"
  printf '"EventSourceMappings":%s,"Pipes":%s}' "$mappings" "$pipes"
} >"$errors"
aws s3 cp --only-show-errors --content-type application/json "$errors" "$run/settings.json"
rm "$errors" "$AWS_CONFIG_FILE"
