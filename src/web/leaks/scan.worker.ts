import { scanInput } from "./scanInput.ts";
import type { ScanInput, ScanMessage } from "./scanTypes.ts";

// The one worker of the app. What it is given is what somebody fears was leaked: it keeps nothing, and the policy that its file comes with
// lets it connect to nothing.

const say = (message: ScanMessage) => postMessage(message);

addEventListener("message", ({ data }: MessageEvent<ScanInput>) => {
  void scanInput(data, (read, total) => say({ type: "progress", read, total })).then(
    (result) => say({ type: "done", result }),
    // Of what went wrong nothing is told: it may hold a piece of the text.
    () => say({ type: "failed" }),
  );
});
