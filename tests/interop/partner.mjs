// A partner's exchange with oauth-1.0a, unmodified.
//
// Arguments: base URL, consumer key, consumer secret, verifier, signature method.
// Prints the access token, its secret, and address and header of a signed call.

import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

// Installed beside the build, which is where this is started, not beside this file.
const require = createRequire(join(process.cwd(), "partner.mjs"));
const OAuth = require("oauth-1.0a");

const [base, key, secret, verifier, method] = process.argv.slice(2);
const oauth = OAuth({
  consumer: { key, secret },
  signature_method: method,
  hash_function: (text, by) => createHmac(method === "HMAC-SHA1" ? "sha1" : "sha256", by).update(text).digest("base64"),
});

async function ask(path, data, token) {
  const request = { url: base + path, method: "POST", data };
  const headers = oauth.toHeader(oauth.authorize(request, token));
  const answer = await fetch(request.url, { method: "POST", headers });
  const body = new URLSearchParams(await answer.text());
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${body}`);
  return { key: body.get("oauth_token"), secret: body.get("oauth_token_secret") };
}

const request = await ask("oauth/token/request");
const access = await ask("oauth/token/access", { oauth_verifier: verifier }, request);
// The library takes names as they are written.
const called = "rest/V1/products?searchCriteria[pageSize]=2&name=a%20b%2Bc~%C3%A9";
const call = oauth.toHeader(oauth.authorize({ url: base + called, method: "GET" }, access)).Authorization;
console.log([access.key, access.secret, `/${called}`, call].join("\n"));
