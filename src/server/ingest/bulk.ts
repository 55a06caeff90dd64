import { isObject, parseWhole } from "./json.ts";
import { hecCodes, IngestRefusal, malformed } from "./refusal.ts";
import { eventsLimit, tooManyEvents, type Take } from "./tally.ts";

/** The longest answer, in characters: a small body could else draw one that takes all memory, by the name of its index in each item. */
const answerLimit = 67_108_864;

const actions = ["index", "create", "update", "delete"] as const;

type Action = (typeof actions)[number];

/** The first line of one item of a bulk request. */
interface ActionLine {
  readonly action: Action;
  readonly index: string;
  readonly id: string;
}

/**
 * Elasticsearch bulk: a line with the action, then one with the document, but for deletions. Blank lines before an action are skipped, as
 * Elasticsearch does. Only `index` and `create` ingest; the others are answered each with its own error.
 *
 * @param index what the answer names where an action names none
 * @returns the answer, as JSON
 * @throws IngestRefusal
 */
export function readBulk(body: string, take: Take, index: string): string {
  const lines = new Lines(body);
  const answers: string[] = [];
  let errors = false;
  let answered = 0;
  for (let text = lines.next(); text !== undefined; text = lines.next()) {
    if (text === "") continue;
    const line = readAction(text, index, lines.number);
    const { action } = line;
    if (action !== "delete") {
      const document = lines.next();
      if (document === undefined || !isObject(parseLine(document, lines.number))) {
        throw malformed(`Line ${lines.number}: each action is followed by an event, a JSON object on one line.`);
      }
      if (action !== "update") take(document);
    }
    const taken = action === "index" || action === "create";
    errors ||= !taken;
    const answer = answerItem(line, taken);
    answered += answer.length;
    // Not only what is taken is counted: also of each other action the answer tells.
    if (answers.push(answer) > eventsLimit || answered > answerLimit) throw tooManyEvents();
  }
  if (answers.length === 0) throw malformed("The body is empty.", hecCodes.noData);
  return `{"took":0,"errors":${errors},"items":[${answers.join(",")}]}`;
}

/** The lines of a text, trimmed, one at a time: a body of line breaks alone would else take far more memory than itself. */
class Lines {
  readonly #text: string;
  #at = 0;
  /** Of the line read last, from 1. After the end it is that of the line that is missing. */
  number = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string | undefined {
    this.number++;
    if (this.#at >= this.#text.length) return undefined;
    const found = this.#text.indexOf("\n", this.#at);
    const end = found === -1 ? this.#text.length : found;
    const line = this.#text.slice(this.#at, end).trim();
    this.#at = end + 1;
    return line;
  }
}

function readAction(text: string, index: string, number: number): ActionLine {
  const line = parseLine(text, number);
  const [entry, surplus] = isObject(line) ? Object.entries(line) : [];
  const action = actions.find((known) => known === entry?.[0]);
  if (action === undefined || surplus !== undefined || !isObject(entry?.[1])) {
    throw malformed(`Line ${number}: each action is a line such as {"create":{}}, followed by the event on a line of its own.`);
  }
  const { _index: given, _id: id } = entry[1];
  return { action, index: typeof given === "string" && given !== "" ? given : index, id: typeof id === "string" ? id : "" };
}

function parseLine(text: string, number: number): unknown {
  try {
    return parseWhole(text);
  } catch (error) {
    if (error instanceof IngestRefusal) throw malformed(`Line ${number}: ${error.message}`);
    throw error;
  }
}

function answerItem({ action, index, id }: ActionLine, taken: boolean): string {
  const outcome = taken ? created : refused;
  return `{"${action}":{"_index":${JSON.stringify(index)},"_id":${JSON.stringify(id)},${outcome}}}`;
}

const created = '"status":201,"result":"created"';
const refused = '"status":400,"error":{"type":"illegal_argument_exception","reason":"Only create and index are possible here."}';
