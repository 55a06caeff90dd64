import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from "fastify";

/** An `onRequest` hook that refuses a packed body, of routes that unpack none, before it is taken for broken JSON. */
export function takeUnpacked(request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void {
  const encoding = request.headers["content-encoding"]?.trim() ?? "";
  if (encoding === "" || encoding.toLowerCase() === "identity") {
    done();
    return;
  }
  void reply
    .code(415)
    .header("accept-encoding", "identity")
    .send({ message: "A compressed body is not taken here. Send it as it is, without a Content-Encoding header." });
}
