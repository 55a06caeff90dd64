import { IncomingMessage, ServerResponse, type OutgoingHttpHeaders } from "node:http";
import { Socket } from "node:net";

import fastifyHelmet from "@fastify/helmet";
import fastify from "fastify";

/**
 * The headers of every answer that tell browsers what not to do. They are the same each time, so helmet is asked once, by a server of its own
 * that answers nobody. What an answer says itself takes their place.
 */
export async function securityHeaders(publicUrl: string | undefined): Promise<Readonly<Record<string, string>>> {
  const asked = fastify();
  await asked.register(fastifyHelmet, {
    // Of answers that are no page; the page has its own.
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // "no-referrer" would make browsers send `Origin: null` with some requests of our own pages.
    referrerPolicy: { policy: "same-origin" },
    xFrameOptions: { action: "deny" },
    strictTransportSecurity: publicUrl?.startsWith("https:") === true ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
  const headers = new Promise<OutgoingHttpHeaders>((resolve, reject) => {
    asked.setErrorHandler((error) => reject(error));
    asked.get("/", (_request, reply) => {
      resolve(reply.raw.getHeaders());
      return "";
    });
  });
  await asked.ready();
  const request = Object.assign(new IncomingMessage(new Socket()), { method: "GET", url: "/" });
  asked.routing(request, new ServerResponse(request));
  return Object.fromEntries(Object.entries(await headers).map(([name, value]) => [name, String(value)]));
}
