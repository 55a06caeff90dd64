import type { FastifyReply, FastifyRequest } from "fastify";

/** An `onRequest` hook that refuses a packed body, of routes that unpack none, before it is taken for broken JSON. */
export async function takeUnpacked(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  const encoding = request.headers["content-encoding"]?.trim() ?? "";
  if (encoding === "" || encoding.toLowerCase() === "identity") return undefined;
  return reply
    .code(415)
    .header("accept-encoding", "identity")
    .send({ message: "A compressed body is not taken here. Send it as it is, without a Content-Encoding header." });
}
