import { Pool } from "undici";

/** A request as it is sent again and again. */
export interface Load {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Answers a second over a few connections that are kept open, for `ms` ms. Throws at the first answer that is not 200 or has errors. */
export async function perSecond(url: string, load: Load, connections: number, ms: number): Promise<number> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const start = performance.now();
  let done = 0;
  try {
    await Promise.all(
      Array.from({ length: connections }, async () => {
        while (performance.now() - start < ms) {
          const { statusCode, body } = await pool.request({ ...load, body: load.body ?? null });
          const text = await body.text();
          if (statusCode !== 200 || text.includes('"errors"')) throw new Error(`${load.path} answered ${statusCode}: ${text}`);
          done++;
        }
      }),
    );
    return (done * 1000) / (performance.now() - start);
  } finally {
    await pool.close();
  }
}
