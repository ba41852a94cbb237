#!/usr/bin/env python3
"""Makes a key, signs a message and prints both answers. Python 3; no packages.

    set -a; . /tmp/pq/local.env; set +a
    examples/python/sign.py "pay 5"
"""
import base64
import http.client
import json
import os
import ssl
import sys
import time
import urllib.parse
import uuid

PATIENCE = 60  # seconds for one request
SIGNER = urllib.parse.urlsplit(os.environ["PQ_SIGNER_URL"])
TLS = ssl.create_default_context(cafile=os.environ["PQ_SIGNER_CA"])
TLS.load_cert_chain(os.environ["PQ_SIGNER_CERT"], os.environ["PQ_SIGNER_KEY"])


def call(method, path, body=None):
    """One HTTPS call as this custodian: status, seconds that the service asks to wait, JSON."""
    connection = http.client.HTTPSConnection(SIGNER.hostname, SIGNER.port, timeout=45, context=TLS)
    try:
        headers = {"Content-Type": "application/json", "Prefer": "wait=30"}
        connection.request(method, path, body and json.dumps(body), headers if body else {})
        answer = connection.getresponse()
        return answer.status, float(answer.headers.get("Retry-After", 0)), json.load(answer)
    finally:
        connection.close()


def submit(request_type, **payload):
    """The result of a request. Asks again under the same id, which makes it safe to ask again."""
    payload["request_id"] = str(uuid.uuid4())
    request = {"request_type": request_type, "payload": payload}
    lookup = "/v1/pq-signer/requests/" + payload["request_id"]
    until, accepted, pause = time.monotonic() + PATIENCE, False, 0.2
    while True:
        wait = 0.0
        try:
            status, wait, answer = call("GET", lookup) if accepted else call("POST", "/v1/pq-signer", request)
            answer = answer.get("result", answer)
            if status == 200 and "state" not in answer:
                return answer
            accepted = status in (200, 202) and "code" not in answer
            if "code" in answer and (answer.get("retry") != "same_request_id" or status == 404):
                sys.exit("%s: %s" % (answer["code"], answer.get("detail", "")))
        except (OSError, http.client.HTTPException) as failure:  # it may have arrived
            answer = {"code": str(failure)}
        wait = max(wait, pause)
        if time.monotonic() + wait > until:
            sys.exit("no end after %s s: %s" % (PATIENCE, answer))
        time.sleep(wait)
        pause = min(2 * pause, 5)


key = submit("key_generation", alg="ML-DSA-65")
message = base64.b64encode(sys.argv[1].encode()).decode()
signed = submit("sign", user_id=key["user_id"], message=message)
print(json.dumps({name: signed[name] for name in ("user_id", "request_id", "signature")}, indent=2))
