import { Gauge, Registry } from "prom-client";

import { formatAge } from "#domain/duration.ts";
import { escapeHidden, visibleName } from "#domain/name.ts";
import { timeLeft } from "#domain/notice/ending.ts";
import { kindTraits, tokenKinds } from "#domain/token/kinds.ts";
import { endingCalendar } from "#logscale/calendar.ts";

import type { ReportFormat } from "./command.ts";
import { textTable } from "#server/cli/remote/table.ts";
import { reportJson, type EndingReport } from "#server/notices/report.ts";
import { cellsOf, columns, headline } from "./words.ts";

/** Writes a report, with a line break at its end. Slack's message has `head` above it, a sentence without its full stop. */
export async function written(report: EndingReport, format: ReportFormat, head = headline(report)): Promise<string> {
  switch (format) {
    case "text":
      return asText(report);
    case "json":
      return `${escapeHidden(JSON.stringify(reportJson(report), undefined, 2))}\n`;
    case "ics":
      return `${endingCalendar(report.tokens, { name: `Tokens of ${report.server}`, now: report.at })}\r\n`;
    case "prometheus":
      return asPrometheus(report);
    case "slack":
      return `${JSON.stringify(slackMessage(report, head))}\n`;
    default:
      return format satisfies never;
  }
}

function asText(report: EndingReport): string {
  if (report.tokens.length === 0) return `${headline(report)}.\n`;
  const rows = report.tokens.map((token) => cellsOf(token, report.at));
  return `${headline(report)}.\n\n${[...textTable(columns, rows)].join("")}`;
}

/** Figures for Prometheus' file collector or a push gateway. */
async function asPrometheus({ tokens, unseen, at, server }: EndingReport): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: readonly string[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const expiry = gauge("tokenhouse_token_expiry_timestamp_seconds", "When a token expires.", ["kind", "id", "name", "owner"]);
  for (const { kind, id, name, owner, expireAt } of tokens)
    expiry.set(
      { kind, id: visibleName(id), name: visibleName(name), owner: owner.name === null ? "" : visibleName(owner.name) },
      Number(expireAt) / 1000,
    );
  const many = gauge("tokenhouse_tokens_expiring", "How many tokens expire within the span that was asked for.", ["kind"]);
  const whole = gauge("tokenhouse_tokens_seen_whole", "1 where every token of the kind was seen, else 0.", ["kind"]);
  for (const kind of tokenKinds) {
    many.set({ kind }, tokens.filter((token) => token.kind === kind).length);
    whole.set({ kind }, unseen.some((each) => each.kind === kind) ? 0 : 1);
  }
  gauge("tokenhouse_expiring_read_timestamp_seconds", "When the tokens were read.", ["server"]).set({ server }, at / 1000);
  return `${(await registry.metrics()).trimEnd()}\n`;
}

/** Tokens that a message names; Slack takes 50 blocks, and nobody reads more. */
const mostNamed = 40;

/** The body for an incoming webhook of Slack. Names stand in it as plain text, which Slack takes for no markup. */
function slackMessage({ tokens, unseen, at, server }: EndingReport, head: string) {
  const text = `${head} (${server}).`;
  const plain = (words: string, style?: { readonly bold: true }) => ({ type: "text", text: words, ...(style && { style }) });
  const items = tokens.slice(0, mostNamed).map((token) => ({
    type: "rich_text_section",
    elements: [
      plain(visibleName(token.name), { bold: true }),
      plain(
        ` · ${kindTraits[token.kind].noun} · in ${formatAge(timeLeft(token, at))} · owner ${token.owner.name === null ? "not known" : visibleName(token.owner.name)}`,
      ),
    ],
  }));
  const left = tokens.length - items.length;
  const notes = [...(left > 0 ? [`and ${left} more`] : []), ...unseen.map(({ reason }) => reason)];
  return {
    // What a notification shows, and who cannot see blocks.
    text: text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    blocks: [
      {
        type: "rich_text",
        elements: [
          { type: "rich_text_section", elements: [plain(text)] },
          ...(items.length > 0 ? [{ type: "rich_text_list", style: "bullet", elements: items }] : []),
          ...notes.map((note) => ({ type: "rich_text_section", elements: [plain(`\n${note}`)] })),
        ],
      },
    ],
  };
}
