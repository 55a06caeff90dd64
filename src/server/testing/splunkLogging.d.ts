/** The part of Splunk's client that the tests use; it brings no types of its own. */
declare module "splunk-logging" {
  export interface SplunkConfig {
    readonly token: string;
    readonly url: string;
    readonly maxBatchCount?: number;
    readonly maxRetries?: number;
  }

  export interface SplunkContext {
    readonly message: unknown;
    readonly metadata?: { readonly host?: string; readonly index?: string; readonly source?: string; readonly time?: number };
  }

  export class Logger {
    constructor(config: SplunkConfig);
    error: (error: Error, context: unknown) => void;
    send(context: SplunkContext, callback?: (error: Error | null, response: unknown, body: unknown) => void): void;
    flush(callback: (error: Error | null, response: unknown, body: unknown) => void): void;
  }
}
