import { METHODS } from "node:http";

import type { FastifyInstance } from "fastify";

/**
 * Answers whatever comes to an address by another method than POST, and says which one is meant. Neither who asks nor what is sent matters:
 * nothing is read.
 */
export function onlyPost(app: FastifyInstance, url: string): void {
  for (const method of METHODS) {
    // CONNECT asks for a tunnel, and reaches no route.
    if (method === "POST" || method === "CONNECT") continue;
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
    app.route({
      method,
      url,
      exposeHeadRoute: false,
      // Before the body is parsed, whose type or content would be refused first.
      onRequest: async (_request, reply) =>
        reply
          .code(405)
          .headers({ allow: "POST", "cache-control": "no-store" })
          .send({ message: `${url} takes POST alone.` }),
      handler: () => undefined,
    });
  }
}
