import type { FastifyReply, FastifyRequest } from "fastify";

import { credentialFault } from "#domain/credential.ts";

import { publicOrigin, sessionCookieName } from "./request.ts";

/** What to tell who signs in with something that LogScale accepts elsewhere. */
const ingestRefusal = "That is an ingest token. It can only send data, so nobody can sign in with it.";
const fleetRefusal = "That is a fleet installation token. It can only enrol log collectors, so nobody can sign in with it.";

/** Why nobody can sign in with a text, as far as its form tells; undefined when it may be an API token. */
export function noApiToken(text: string): string | undefined {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu.test(text)) return ingestRefusal;
  if (/^[A-Za-z0-9]{32}$/u.test(text)) return fleetRefusal;
  const fault = credentialFault(text);
  return fault === undefined ? undefined : `This is no token as it stands. ${fault}`;
}

/** The value of the request's session cookie. */
export function sessionCookie(request: FastifyRequest, publicUrl: string | undefined): string | undefined {
  return request.cookies[sessionCookieName(publicOrigin(request, publicUrl))];
}

/** Gives the browser its session cookie, for `lifetime` ms. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string | undefined,
  value: string,
  lifetime: number,
): void {
  const name = sessionCookieName(publicOrigin(request, publicUrl));
  void reply.setCookie(name, value, { ...cookieOptions(request, publicUrl), maxAge: lifetime / 1000 });
}

/** Takes the session cookie back. */
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply, publicUrl: string | undefined): void {
  void reply.clearCookie(sessionCookieName(publicOrigin(request, publicUrl)), cookieOptions(request, publicUrl));
}

function cookieOptions(request: FastifyRequest, publicUrl: string | undefined) {
  const secure = publicOrigin(request, publicUrl).startsWith("https:");
  return { path: "/", httpOnly: true, sameSite: "strict", secure } as const;
}

/** Answers a refusal at `/session` in the form that the app reads. */
export function sendMessage(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).send({ message: text });
}

/** Answers who failed too often, with the seconds until the next try. */
export function sendTooMany(reply: FastifyReply, seconds: number): FastifyReply {
  return sendMessage(reply.header("retry-after", seconds), 429, "Too many failed sign-ins. Wait a minute, then try again.");
}

/** Answers in plain text, as LogScale refuses a credential. */
export function sendText(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type("text/plain; charset=utf-8").send(text);
}
