// What browsers and Node have alike of calling things off, for code that runs in both.

declare class AbortSignal {
  static any(signals: readonly AbortSignal[]): AbortSignal;
  throwIfAborted(): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
