/** What is asked before a form is left while nobody knows what became of its request. */
export function leaveUnseen(unseen: string) {
  return {
    title: "Leave without looking?",
    text: `${unseen}. Look first: who does it once more may do it twice.`,
    leave: "Leave without looking",
  } as const;
}
