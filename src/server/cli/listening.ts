import type { FastifyInstance } from "fastify";

import { codeOf, StartError } from "#server/startError.ts";

import type { Config } from "./config.ts";

/** Starts to listen. Closes the app and throws where that fails. */
export async function listen(app: FastifyInstance, config: Config): Promise<void> {
  // Fastify's own line would stand before ours and say the same.
  const { level } = app.log;
  app.log.level = "warn";
  try {
    await app.listen({ host: config.host, port: config.port });
    app.log.level = level;
  } catch (error) {
    await app.close();
    throw listenError(error, config);
  }
}

function listenError(error: unknown, { host, port }: Config): unknown {
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return new StartError(`Port ${port} is in use on ${host}. Stop what uses it, or choose another with --port.`, {
        lasting: false,
      });
    case "EACCES":
      return new StartError(`Port ${port} may not be used without further rights. Choose one above 1023 with --port.`, {
        lasting: true,
      });
    case "EAI_AGAIN":
      return new StartError(`The name ${host} cannot be looked up at the moment. Give an address of this machine with --host.`, {
        lasting: false,
      });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new StartError(`${host} is no address of this machine. Choose another with --host.`, { lasting: true });
    default:
      return error;
  }
}

/** The port in use, which may be another than the configured 0. */
function portOf(app: FastifyInstance, config: Config): number {
  const address = app.server.address();
  return typeof address === "object" && address !== null ? address.port : config.port;
}

/** The address that the server listens on. */
export function listeningOn(app: FastifyInstance, config: Config): string {
  return `http://${inUrl(config.host)}:${portOf(app, config)}`;
}

/** Where a command on this machine finds the server that its settings name. */
export function runningServer({ host, port }: Config): string {
  return `http://${inUrl(loopback(host))}:${port}`;
}

/** Where a browser on this machine finds the server: a server on all addresses is reached by the loopback one. */
export function localOrigin(app: FastifyInstance, config: Config): string {
  return `http://${inUrl(loopback(config.host))}:${portOf(app, config)}`;
}

function loopback(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}

function inUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
