import { expect, it } from "vitest";

import type { NoticeDelivery } from "#logscale/notices.ts";

import { stateOf, statusWords } from "./outcome.ts";

const fresh: NoticeDelivery = {
  createdAt: 1,
  tokens: 1,
  tries: 0,
  lastTriedAt: null,
  lastStatus: null,
  deliveredAt: null,
  nextAt: 1,
};

it("a delivery waits, is tried again, is delivered or given up, and tells the last answer's status once it was tried", () => {
  const tried = { ...fresh, tries: 2, lastTriedAt: 3 };
  const cases = [fresh, { ...tried, lastStatus: 503, nextAt: 9 }, { ...tried, lastStatus: 204, deliveredAt: 3, nextAt: null }];
  expect([...cases, { ...tried, nextAt: null }].map((delivery) => [stateOf(delivery), statusWords(delivery)])).toEqual([
    ["waiting", ""],
    ["retrying", "status 503"],
    ["delivered", "status 204"],
    ["given-up", "no answer"],
  ]);
});
