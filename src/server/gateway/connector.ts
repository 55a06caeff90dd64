import type { Socket } from "node:net";

import { buildConnector } from "undici";

/**
 * Makes connections that are read to the end even when the other side takes no more. A cluster that refuses a large body answers and hangs
 * up on the rest. The next write then fails, and Node closes the socket at once, with the unread answer in it.
 */
export function readingConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options);
  return (to, done) =>
    connect(to, (...[error, socket]) => {
      if (error !== null) done(error, null);
      else done(null, readToItsEnd(socket));
    });
}

/** A failed write counts as done. That the connection is over is learnt by reading, when all that came before was read. */
function readToItsEnd(socket: Socket): Socket {
  const write = socket._write.bind(socket);
  const writev = socket._writev?.bind(socket);
  socket._write = (chunk, encoding, done) => write(chunk, encoding, () => done());
  if (writev) socket._writev = (chunks, done) => writev(chunks, () => done());
  return socket;
}
