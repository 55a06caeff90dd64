// `npm run dev`: the app with hot reload, in front of a server that restarts when its source changes. Both answer at one address.
// What follows `--` goes to the server: npm run dev -- --demo
import { spawn } from "node:child_process";
import { createServer as createNetServer } from "node:net";
import { createInterface } from "node:readline";

import { createServer } from "vite";

const port = Number(process.env.PORT || 8080);
if (!Number.isInteger(port) || port < 1 || port > 65_535) stop("PORT must be a whole number from 1 to 65535.");
const own = process.argv.find((argument) => /^--(?:port|host|public-url)(?:=|$)/u.test(argument));
// The server behind would move, and nobody would find it there.
if (own !== undefined) stop(`npm run dev sets ${own.replace(/=.*/su, "")} itself. PORT chooses the port.`);
const address = `http://127.0.0.1:${port}`;
const serverPort = await freePort();
process.env.TOKENHOUSE_DEV_SERVER = `http://127.0.0.1:${serverPort}`;

const vite = await createServer({ server: { host: "127.0.0.1", port, strictPort: true }, logLevel: "warn", clearScreen: false });
await vite.listen().catch((error) => {
  stop(`${error.message}. Choose another port with PORT.`);
});

const server = spawn(
  process.execPath,
  ["node_modules/tsx/dist/cli.mjs", "watch", "--clear-screen=false", "src/server/main.ts", ...process.argv.slice(2)],
  {
    // Its own port must not be asked for by people, so the address it knows, and puts in its links, is the one in front.
    env: {
      DATA_DIR: process.argv.includes("--demo") ? "data-demo" : "data",
      ...process.env,
      PORT: String(serverPort),
      HOST: "127.0.0.1",
      PUBLIC_URL: address,
    },
    stdio: ["inherit", "pipe", "inherit"],
  },
);
// The loop below ends with the server, which closes its database first.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill("SIGTERM"));
for await (const line of createInterface({ input: server.stdout })) {
  console.log(line.startsWith("Tokenhouse listening on ") ? `Tokenhouse is being developed on ${address}` : line);
}
await vite.close();
process.exitCode = server.exitCode ?? 0;

/** Ends, and says why. */
function stop(reason) {
  console.error(reason);
  process.exit(1);
}

/** A port that nothing listens on at this moment. */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createNetServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}
