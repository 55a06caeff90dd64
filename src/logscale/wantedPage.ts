/** Whether somebody came to a path for the page there, not just to sign in. */
export function isPageWanted(path: string): boolean {
  return path !== "/sign-in" && path !== "/";
}
