// A receiver of webhooks, written with the library of Standard Webhooks, unmodified.
//
// Arguments: port, secret. Says "listening", and then for each request what was verified, or why not.

import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const [port, secret] = process.argv.slice(2);
const webhook = new Webhook(secret);

createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    try {
      const event = webhook.verify(body, request.headers);
      console.log(`${event.type} ${event.data.integration.name} ${request.headers["webhook-id"].length}`);
      response.writeHead(204).end();
    } catch (error) {
      console.log(`refused: ${error.message}`);
      response.writeHead(400).end();
    }
  });
}).listen(Number(port), "127.0.0.1", () => console.log("listening"));
