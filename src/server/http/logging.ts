import { LogController, type FastifyReply, type FastifyRequest, type FastifyServerOptions } from "fastify";
import pino from "pino";

import { loggablePath, withoutTokens } from "./redact.ts";
import { clientAddress, pathOf } from "./request.ts";

/** Where log lines go: one JSON object and a line feed at a time. */
export interface LogStream {
  write(line: string): void;
}

/** Somewhere to log to: a terminal, a file, a pipe. */
type LogOutput = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly fd?: number };

/** Readable lines where the output is a terminal, else JSON: written behind the requests' backs where the system takes it by number. */
export async function logStreamTo(output: LogOutput): Promise<LogStream> {
  if (output.isTTY !== true) return output.fd === undefined ? output : behindRequests(output.fd);
  const { default: pretty } = await import("pino-pretty");
  return pretty({
    destination: output,
    translateTime: "SYS:HH:MM:ss",
    messageFormat: "{msg}{if method}: {method} {path} {status}, {ms} ms, {address}{end}{if requestId} ({requestId}){end}",
    ignore: "pid,hostname,requestId,method,path,status,ms,address",
    singleLine: true,
  });
}

/** Characters of lines that are written at once, and how long a line waits at most, in ms. */
const [atOnce, waitsAtMost] = [65_536, 200];

/** Bytes of lines that may wait for whoever reads them; what comes on top is dropped, since the server must not end for its log. */
const mostWaiting = 16 * 1_048_576;

/**
 * Writes lines many at a time, and without waiting for the disk or the reader. What is no plain request's line is handed to the system at
 * once, with all before it, and an end of the process, by an error too, writes what is left. Only a killed process loses lines: of the
 * last {@link waitsAtMost} ms, of requests that were answered. Who did what is in the audit trail, which no log stands for.
 */
function behindRequests(fd: number): LogStream {
  const destination = pino.destination({ dest: fd, sync: false, maxLength: mostWaiting });
  // A log that nobody takes must not end the server either.
  destination.on("error", () => {});
  // Lines wait here: with each line that it is given, the destination counts the bytes of all that wait.
  let waiting = "";
  const write = () => {
    if (waiting === "") return;
    destination.write(waiting);
    waiting = "";
  };
  // Before what the destination does by itself, which is to write what it has.
  process.prependListener("beforeExit", write);
  process.prependListener("exit", write);
  let timer: NodeJS.Timeout | undefined;
  return {
    write(line) {
      waiting += line;
      if (isOfRequest(line)) {
        if (waiting.length >= atOnce) write();
        timer ??= setTimeout(() => {
          timer = undefined;
          write();
        }, waitsAtMost).unref();
        return;
      }
      write();
      try {
        // What waits behind a write that is under way: the less there is at the end of the process, the less can be lost.
        destination.flushSync();
      } catch {
        // As above.
      }
    },
  };
}

const requestMessage = "request";

/** How the line of a request that was answered begins and ends. */
const [begins, ends] = [`{"level":${pino.levels.values["info"]},`, `"msg":"${requestMessage}"}\n`];

/** Whether a line tells of a request that was answered, and of nothing else. */
function isOfRequest(line: string): boolean {
  return line.startsWith(begins) && line.endsWith(ends);
}

/**
 * Logs one line for each request, when it is done or its client is gone: its id, method, path (as far as it is plain), status, duration and
 * address. Neither query strings nor headers nor bodies are ever logged, since any of them may hold a secret.
 */
class RequestLog extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const line = lineOf(request, reply, reply.statusCode);
    if (error) reply.log.error({ ...line, err: error }, "request failed");
    else reply.log.info(line, requestMessage);
  }

  override routeNotFound(): void {}
}

/** Logs a request that was answered without any of what usually logs it. */
export function logRequest(request: FastifyRequest, reply: FastifyReply, status: number): void {
  reply.log.info(lineOf(request, reply, status), requestMessage);
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
    logController: new RequestLog({ requestIdLogLabel: "requestId" }),
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
