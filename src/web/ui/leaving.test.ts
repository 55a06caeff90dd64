import { describe, expect, it } from "vitest";

import { askBeforeLeaving, leaveQuestion } from "./leaving.ts";

const question = (text: string) => ({ title: "Leave?", text, leave: "Leave" });

describe("what is asked before a page is left", () => {
  it("is the question of a dialog while it has something to lose, and then the one of the page below it again", () => {
    const [page, dialog] = [question("a draft"), question("new secrets")];
    const closePage = askBeforeLeaving(page);
    const closeDialog = askBeforeLeaving(dialog);
    expect(leaveQuestion.get()).toBe(dialog);
    closeDialog();
    expect(leaveQuestion.get()).toBe(page);
    closePage();
    expect(leaveQuestion.get()).toBeUndefined();
  });

  it("stays the latest where the page below it has nothing more to lose", () => {
    const [page, dialog] = [question("a draft"), question("new secrets")];
    const closePage = askBeforeLeaving(page);
    const closeDialog = askBeforeLeaving(dialog);
    closePage();
    expect(leaveQuestion.get()).toBe(dialog);
    closeDialog();
    expect(leaveQuestion.get()).toBeUndefined();
  });
});
