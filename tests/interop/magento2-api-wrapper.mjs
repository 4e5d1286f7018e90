// A partner's calls with magento2-api-wrapper, unmodified; it signs by HMAC-SHA256.
//
// Arguments: base URL without the slash at its end, consumer key, consumer secret, access token, its secret.
// Prints one line for each call: what it was answered.

import { createRequire } from "node:module";
import { join } from "node:path";

// Installed beside the build, which is where this is started, not beside this file.
const require = createRequire(join(process.cwd(), "partner.mjs"));
const Magento2Api = require("magento2-api-wrapper");

const [url, consumerKey, consumerSecret, accessToken, tokenSecret] = process.argv.slice(2);
const client = new Magento2Api({ api: { url, consumerKey, consumerSecret, accessToken, tokenSecret } });

const filters = [{ field: "sku", value: "a/b cü", condition_type: "eq" }];
const params = { searchCriteria: { filter_groups: [{ filters }, { filters }], pageSize: 1 }, fields: "items[sku,name]" };
const product = `products/${encodeURIComponent("a/b cü")}`;

for (const call of [
  () => client.get("products", { params }),
  () => client.get(product, { storeCode: "default" }),
  () => client.post("products", { product: { sku: "a/b cü" } }),
  () => client.put(product, { product: { name: "ü" } }),
  () => client.delete(product),
]) {
  console.log(200, JSON.stringify(await call()));
}
