/** Ends the task at hand: what follows is done in the next, and the page may paint and answer between the two. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
