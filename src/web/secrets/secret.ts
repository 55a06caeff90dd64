/**
 * A secret that was just made, in the one place where it is kept. Components pass this around and never the text itself: what is in a
 * component's properties or state outlives it in React's memory. Whoever shows it writes it into the document and takes it out again.
 */
export class Secret {
  #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text; empty once {@link forget} was called. */
  reveal(): string {
    return this.#text;
  }

  /** Drops the text for good. */
  forget(): void {
    this.#text = "";
  }

  /** Keeps the text out of anything that turns values into text. */
  toJSON(): string {
    return "[secret]";
  }
}
