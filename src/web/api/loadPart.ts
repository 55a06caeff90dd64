import { CallError } from "./failure.ts";

/**
 * Loads a part of the app when it is needed, such as a page or a dialog. Where it does not come, the error says what happened in words of ours:
 * those of browsers speak of modules.
 *
 * @throws CallError
 */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new CallError(
      {
        kind: "unreachable",
        message:
          "A part of the app could not be loaded: the server does not answer, or was updated since this page was opened. Nothing was sent or changed. Reload the page once the server answers.",
      },
      { cause: error },
    );
  }
}
