import { LogController, type FastifyReply, type FastifyRequest, type FastifyServerOptions } from "fastify";

import { loggablePath, withoutTokens } from "./redact.ts";
import { clientAddress, pathOf } from "./request.ts";

/** Where log lines go: one JSON object and a line feed at a time. */
export interface LogStream {
  write(line: string): void;
}

/** Somewhere to log to: a terminal, a file, a pipe. */
type LogOutput = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Readable lines where the output is a terminal, else JSON. */
export async function logStreamTo(output: LogOutput): Promise<LogStream> {
  if (output.isTTY !== true) return output;
  const { default: pretty } = await import("pino-pretty");
  return pretty({
    destination: output,
    translateTime: "SYS:HH:MM:ss",
    messageFormat: "{msg}{if method}: {method} {path} {status}, {ms} ms, {address}{end}",
    ignore: "pid,hostname,reqId,method,path,status,ms,address",
    singleLine: true,
  });
}

/**
 * Logs one line for each request, when it is done or its client is gone: method, path (as far as it is plain), status, duration and
 * address. Neither query strings nor headers nor bodies are ever logged, since any of them may hold a secret.
 */
class RequestLog extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const line = lineOf(request, reply, reply.statusCode);
    if (error) reply.log.error({ ...line, err: error }, "request failed");
    else reply.log.info(line, "request");
  }

  override routeNotFound(): void {}
}

/** Logs a request that was answered without any of what usually logs it. */
export function logRequest(request: FastifyRequest, reply: FastifyReply, status: number): void {
  reply.log.info(lineOf(request, reply, status), "request");
}

/** Logs a request whose client was gone before the answer was whole. */
export function logHangUp(request: FastifyRequest, reply: FastifyReply, status: number): void {
  reply.log.info(lineOf(request, reply, status), "the connection ended before the answer was sent");
}

function lineOf(request: FastifyRequest, reply: FastifyReply, status: number) {
  return {
    method: request.method,
    path: loggedPath(request),
    status,
    ms: Math.round(reply.elapsedTime),
    address: clientAddress(request),
  };
}

function loggedPath(request: FastifyRequest): string {
  return loggablePath(pathOf(request), request.routeOptions.url);
}

/** Fastify's options for logging to a stream, or for no logging at all. */
export function loggingOptions(stream: LogStream | undefined): Pick<FastifyServerOptions, "logger" | "logController"> {
  if (stream === undefined) return { logger: false };
  return {
    logger: {
      level: "info",
      stream,
      // Nothing logs requests or headers; should something ever do so, its secrets are cut out.
      redact: ["req.headers", "res.headers", "headers", "authorization", "cookie", "body", "variables"],
      serializers: {
        err: describeError,
        req: (request: FastifyRequest) => ({ method: request.method, path: loggedPath(request) }),
        res: ({ statusCode }) => ({ statusCode }),
      },
    },
    logController: new RequestLog(),
  };
}

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  /** Its code and what caused it, where there are any. */
  readonly [further: string]: unknown;
}

/** How many causes of an error are followed. */
const mostCauses = 5;

/**
 * What is logged of an error. The rest may hold secrets: a database's error carries the row that failed, and undici's the bytes that it
 * could not read.
 */
function describeError(error: unknown, causes = mostCauses): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: "", stack: "" };
  const { name, message, stack = "", cause } = error;
  return {
    type: name,
    message: withoutTokens(message),
    stack: withoutTokens(stack),
    ...("code" in error && { code: error.code }),
    ...(cause !== undefined && causes > 0 && { cause: describeError(cause, causes - 1) }),
  };
}
