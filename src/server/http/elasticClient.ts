import type { FastifyInstance } from "fastify";

type Strategy = Parameters<FastifyInstance["addConstraintStrategy"]>[0];

/** A constraint of routes: whether a client of Elasticsearch asks, and not a browser. */
export const asElasticClient = "asElasticClient";

/** Lets routes be for Elasticsearch's clients alone, which are told by their credentials; a browser asks for a page and may bring those for a proxy. */
export function tellElasticClients(app: FastifyInstance): void {
  app.addConstraintStrategy({
    name: asElasticClient,
    storage() {
      const handlers: [answer: unknown, handler: Parameters<ReturnType<Strategy["storage"]>["set"]>[1]][] = [];
      return {
        get: (answer) => handlers.find(([known]) => known === answer)?.[1] ?? null,
        set: (answer, handler) => void handlers.push([answer, handler]),
      };
    },
    validate: () => undefined,
    deriveConstraint: ({ headers }) => /^basic /iu.test(headers.authorization ?? "") && !headers.accept?.includes("text/html"),
  });
}
