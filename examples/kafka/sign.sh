#!/usr/bin/env bash
# Makes a key and signs a message over Kafka, and prints both results, with nothing but kcat, curl, jq and xxd. It shows what
# is on the wire; a program would use a Kafka client with Confluent's or any other Avro serializer.
#
#   set -a; . /tmp/pq/local.env; set +a
#   examples/kafka/sign.sh "pay 5"
set -euo pipefail
message=${1:?say what to sign}
commands=pq-signer.commands.$PQ_SIGNER_CUSTODIAN
results=pq-signer.results.$PQ_SIGNER_CUSTODIAN
folder=$(mktemp -d)
trap 'rm -r -- "$folder"' EXIT

broker() {
  exec kcat -q -b "$PQ_SIGNER_KAFKA" -X security.protocol=ssl -X ssl.ca.location="$PQ_SIGNER_CA" \
    -X ssl.certificate.location="$PQ_SIGNER_CERT" -X ssl.key.location="$PQ_SIGNER_KEY" "$@"
}

# Avro's long (specification, "Primitive types"): zigzag, then seven bits a byte, the lowest first.
long() {
  local n=$(($1 << 1))
  while ((n > 127)); do
    printf '%02x' $((n & 127 | 128))
    n=$((n >> 7))
  done
  printf '%02x' "$n"
}

# A Command in hex from pairs of field and value in hex. All its fields but the first are a union of null and a string or bytes.
encode() {
  local -A value
  local field
  while (($#)); do
    value[$1]=$2
    shift 2
  done
  for field in $(jq -r '.schema | fromjson | .fields[].name' <<<"$command_schema"); do
    if [ -z "${value[$field]:-}" ]; then
      printf 00
    else
      [ "$field" = request_type ] || printf 02
      long $((${#value[$field]} / 2))
      printf '%s' "${value[$field]}"
    fi
  done
}

hex() { printf '%s' "$1" | xxd -p -c 0; }

# Prints a record of Confluent's format, given in hex, as JSON: a zero, the schema's id in four bytes, then the fields in order.
# Fields are strings, bytes or whole numbers, or one of these in a union with null.
decode() {
  local record=$1 at=10 schema name type kind length n shift byte
  schema=$(curl --silent --fail "$PQ_SIGNER_REGISTRY/schemas/ids/$((16#${record:2:8}))")
  read_long() {
    n=0 shift=0
    while :; do
      byte=$((16#${record:at:2}))
      at=$((at + 2))
      n=$((n | (byte & 127) << shift))
      shift=$((shift + 7))
      ((byte & 128)) || break
    done
    n=$(((n >> 1) ^ -(n & 1)))
  }
  while read -r name type kind; do
    if [ "$type" = union ]; then
      read_long
      ((n == 0)) && continue
    fi
    read_long
    case $kind in
      string) length=$((2 * n)) && printf '%s\t%s\n' "$name" "$(xxd -r -p <<<"${record:at:length}")" ;;
      bytes) length=$((2 * n)) && printf '%s\t%s\n' "$name" "$(xxd -r -p <<<"${record:at:length}" | base64 -w 0)" ;;
      *) length=0 && printf '%s\t%s\n' "$name" "$n" ;;
    esac
    at=$((at + length))
  done < <(jq -r '.schema | fromjson | .fields[] | (.type | if type == "array" then "union" else "plain" end) as $shape
    | (.type | if type == "array" then .[1] else . end | if type == "object" then .type else . end) as $kind
    | "\(.name) \($shape) \($kind)"' <<<"$schema") |
    jq -R -n '[inputs | split("\t") | {(.[0]): .[1]}] | add'
}

# submit FIELD VALUE...: sends a command and prints the result that comes with its id as the key.
submit() {
  local id start reader partition offset key
  id=$(cat /proc/sys/kernel/random/uuid)
  start=$(date +%s%3N)
  printf '00%08x%s' "$(jq .id <<<"$command_schema")" "$(encode "$@" request_id "$(hex "$id")")" | xxd -r -p >"$folder/command"
  (broker -P -t "$commands" -k "$id" "$folder/command")
  exec 3< <(broker -C -u -t "$results" -o "s@$start" -f '%p %o %k\n')
  reader=$!
  while read -t 60 -r partition offset key <&3 && [ "$key" != "$id" ]; do :; done
  kill "$reader"
  [ "${key:-}" = "$id" ] || { echo "no result of $id" >&2; return 1; }
  decode "$(broker -C -t "$results" -p "$partition" -o "$offset" -c 1 -f '%s' | xxd -p -c 0)"
}

command_schema=$(curl --silent --fail "$PQ_SIGNER_REGISTRY/subjects/$commands-value/versions/latest")
key=$(submit request_type "$(hex key_generation)" alg "$(hex ML-DSA-65)")
signed=$(submit request_type "$(hex sign)" user_id "$(hex "$(jq -r .user_id <<<"$key")")" message "$(hex "$message")")
jq -n --argjson signed "$signed" '$signed | {user_id, request_id, signature}'
