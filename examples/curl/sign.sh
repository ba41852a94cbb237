#!/usr/bin/env bash
# Makes a key, signs a message and prints both answers. Needs curl and jq.
#
#   set -a; . /tmp/pq/local.env; set +a
#   examples/curl/sign.sh "pay 5"
set -euo pipefail
message=${1:?say what to sign}

# call ARGUMENT...: one HTTPS call as this custodian. --retry repeats 429 and 503, waits as Retry-After says, and also
# repeats connections that failed; the request's id makes that safe.
call() {
  curl --silent --show-error --fail-with-body --retry 5 --retry-connrefused \
    --cacert "$PQ_SIGNER_CA" --cert "$PQ_SIGNER_CERT" --key "$PQ_SIGNER_KEY" "$@"
}

# submit BODY: prints the result, which may take a while to come.
submit() {
  local answer path
  answer=$(call --json "$1" --header "Prefer: wait=30" "$PQ_SIGNER_URL/v1/pq-signer")
  while jq -e 'has("state")' <<<"$answer" >/dev/null; do # 202: accepted, not finished
    path=/v1/pq-signer/requests/$(jq -r '.request_id | @uri' <<<"$answer")
    answer=$(call "$PQ_SIGNER_URL$path" | jq '.result // .')
    jq -e 'has("code")' <<<"$answer" >/dev/null && break # it ended without a signature
    sleep 0.5
  done
  jq -e 'has("code") | not' <<<"$answer" >/dev/null || { jq . <<<"$answer" >&2; return 1; }
  printf '%s\n' "$answer"
}

# Keep the id with the work that it belongs to: the same id and content bring the same answer, however often you ask.
new_id() { cat /proc/sys/kernel/random/uuid; }

key=$(submit "$(jq -n --arg id "$(new_id)" \
  '{request_type: "key_generation", payload: {request_id: $id, alg: "ML-DSA-65"}}')")
signed=$(submit "$(jq -n --arg id "$(new_id)" --arg user "$(jq -r .user_id <<<"$key")" --arg message "$message" \
  '{request_type: "sign", payload: {request_id: $id, user_id: $user, message: ($message | @base64)}}')")
jq -n --argjson key "$key" --argjson signed "$signed" \
  '{user_id: $key.user_id, request_id: $signed.request_id, signature: $signed.signature}'
