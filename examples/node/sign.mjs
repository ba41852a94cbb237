#!/usr/bin/env node
// Makes a key, signs a message and prints both answers. No packages.
//
//   set -a; . /tmp/pq/local.env; set +a
//   examples/node/sign.mjs "pay 5"
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE = 60_000; // milliseconds for one request
const { PQ_SIGNER_URL, PQ_SIGNER_CA, PQ_SIGNER_CERT, PQ_SIGNER_KEY } = process.env;
const agent = new Agent({
  ca: readFileSync(PQ_SIGNER_CA),
  cert: readFileSync(PQ_SIGNER_CERT),
  key: readFileSync(PQ_SIGNER_KEY),
  keepAlive: true,
});

/** One HTTPS call as this custodian: status, milliseconds that the service asks to wait, JSON. */
function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body ? { "Content-Type": "application/json", Prefer: "wait=30" } : {};
    const sent = request(new URL(path, PQ_SIGNER_URL), { agent, method, headers, timeout: 45_000 }, async (answer) => {
      try {
        const chunks = await answer.toArray();
        const wait = 1000 * Number(answer.headers["retry-after"] ?? 0);
        resolve({ status: answer.statusCode, wait, json: JSON.parse(Buffer.concat(chunks)) });
      } catch (failure) {
        reject(failure);
      }
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer")));
    sent.on("error", reject);
    sent.end(body && JSON.stringify(body));
  });
}

/** The result of a request. Asks again under the same id, which makes it safe to ask again. */
async function submit(request_type, payload) {
  const request_id = randomUUID();
  const body = { request_type, payload: { request_id, ...payload } };
  const until = Date.now() + PATIENCE;
  for (let accepted = false, backoff = 200; ; backoff = Math.min(2 * backoff, 5000)) {
    let wait = backoff;
    let last;
    try {
      const answer = accepted
        ? await call("GET", `/v1/pq-signer/requests/${request_id}`)
        : await call("POST", "/v1/pq-signer", body);
      last = answer.json.result ?? answer.json;
      if (answer.status === 200 && !last.state) return last;
      accepted = answer.status < 300 && !last.code;
      wait = Math.max(wait, answer.wait);
      if (last.code && (last.retry !== "same_request_id" || answer.status === 404)) {
        throw Object.assign(new Error(`${last.code}: ${last.detail ?? ""}`), { refused: true });
      }
    } catch (failure) {
      if (failure.refused) throw failure;
      last = failure.message; // the request may have arrived
    }
    if (Date.now() + wait > until) throw new Error(`no end after ${PATIENCE} ms: ${JSON.stringify(last)}`);
    await pause(wait);
  }
}

const key = await submit("key_generation", { alg: "ML-DSA-65" });
const message = Buffer.from(process.argv[2]).toString("base64");
const { user_id, request_id, signature } = await submit("sign", { user_id: key.user_id, message });
console.log(JSON.stringify({ user_id, request_id, signature }, null, 2));
agent.destroy();
