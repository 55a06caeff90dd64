// What authentication is held against: a server that does nothing for a request but look up one row by its key.
import { createServer } from "node:http";

import { Pool } from "pg";

const pool = new Pool({ connectionString: process.argv[2], max: 10 });

const server = createServer((request, response) => {
  request.resume();
  request.once("end", () => {
    void pool
      .query({ name: "look-up", text: "select secret_hash from tokens where id = $1", values: [request.headers["x-id"]] })
      .then(({ rows }) => response.writeHead(rows.length === 1 ? 200 : 404).end("{}"));
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(`listening on http://127.0.0.1:${address.port}`);
});
