// Signs requests with oauth-1.0a, unmodified: one JSON object a line in, one a line out.
//
// What comes in is the request, its form as names with lists of values, and the secrets. What goes out is the header,
// the signature base string, and the signature.

import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

// Installed beside the build, which is where this is started, not beside this file.
const require = createRequire(join(process.cwd(), "sign.mjs"));
const OAuth = require("oauth-1.0a");

for await (const line of createInterface({ input: process.stdin })) {
  const { consumer_key, consumer_secret, token, token_secret, signature_method, nonce, timestamp, ...request } = JSON.parse(line);
  const hash = signature_method === "HMAC-SHA1" ? "sha1" : "sha256";
  let base;
  const oauth = OAuth({
    consumer: { key: consumer_key, secret: consumer_secret },
    signature_method,
    hash_function: (text, key) => {
      base = text;
      return createHmac(hash, key).update(text).digest("base64");
    },
  });
  // The library makes these up itself.
  oauth.getNonce = () => nonce;
  oauth.getTimeStamp = () => timestamp;
  const data = {};
  for (const [name, values] of Object.entries(request.fields)) data[name] = values.length > 1 ? values : values[0];
  const signed = oauth.authorize({ url: request.url, method: request.method, data }, { key: token, secret: token_secret });
  process.stdout.write(
    JSON.stringify({ header: oauth.toHeader(signed).Authorization, base, signature: signed.oauth_signature }) + "\n",
  );
}
