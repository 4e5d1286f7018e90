// A partner's calls with magento-api-rest, unmodified.
//
// Arguments: base URL, consumer key, consumer secret, access token, its secret, hash (1 or 256).
// Prints one line for each call: what it was answered.

import { createRequire } from "node:module";
import { join } from "node:path";

// Installed beside the build, which is where this is started, not beside this file.
const require = createRequire(join(process.cwd(), "partner.mjs"));
const MagentoRestApi = require("magento-api-rest").default;

const [url, consumerKey, consumerSecret, accessToken, tokenSecret, sha] = process.argv.slice(2);
const client = new MagentoRestApi({ url, consumerKey, consumerSecret, accessToken, tokenSecret, sha: Number(sha) });

const search = { $or: [{ sku: "a/b cü" }, { name: "x+y [z]" }], $sort: { name: "asc" }, $perPage: 20, $page: 1 };
const product = `products/${encodeURIComponent("a/b cü")}`;

for (const call of [
  () => client.get("products", search),
  () => client.get(product),
  () => client.post("products", { product: { sku: "a/b cü" } }),
  () => client.put(product, { product: { name: "ü" } }),
  () => client.delete(product),
]) {
  const answer = await call();
  console.log(answer.status, JSON.stringify(answer.data));
}
