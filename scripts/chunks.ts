import { join } from "node:path";

import type { Rolldown } from "vite";

const root = join(import.meta.dirname, "..");

/**
 * What is loaded in one file: all that every module of one of its lists imports, however far down, and that no earlier file has. Left to
 * itself, the bundler makes a file of whatever the same pages use: some seventy for a list of tokens, most of them below a kilobyte, which
 * are slower to fetch and compress worse. What is in none of these stands with its page or its dialog.
 */
const chunks: Readonly<Record<string, readonly (readonly string[])[]>> = {
  // Runs before the page is painted, and all else after that.
  main: [["main.ts"]],
  start: [
    ["start.tsx"],
    // Evaluated behind all else of the file, in a task of its own.
    ["../../node_modules/react-dom/client.js"],
    ["sign-in/SignInPage.tsx", "shell/SignedIn.tsx"],
    ["sign-in/SignInPage.tsx", "overview/OverviewPage.tsx"],
  ],
  fields: [["sign-in/TokenForm.tsx"]],
  shell: [
    ["shell/SignedIn.tsx"],
    ["tokens/TokensPage.tsx", "policies/PoliciesPage.tsx"],
    ["tokens/TokensPage.tsx", "tokens/TokenPage.tsx"],
    ["@mui/icons-material/WarningAmberOutlined.mjs"],
    ["tokens/PermissionsPage.tsx", "tokens/TokensPage.tsx"],
    ["inventory/compare/ComparePage.tsx", "ip-filters/IpFiltersPage.tsx"],
    ["../domain/token/kindPurpose.ts"],
    // Every page that plans or judges asks for it at once; by itself it would be one file more.
    ["api/tokenColumns.ts"],
    ["../domain/inventory/acting.ts"],
    ["../domain/policy/policy.ts"],
    ["inventory/notes/queries.ts"],
    ["last-use/auditUse.ts"],
    ["@mui/icons-material/ExpandMoreOutlined.mjs"],
    ["@mui/icons-material/InfoOutlined.mjs"],
    ["ui/Spoken.tsx"],
  ],
  // What most pages have, and no list of tokens.
  page: [
    ["ui/UnsavedChangesGuard.tsx"],
    ["api-call/ApiCallButton.tsx"],
    ["@mui/utils/getReactElementRef/getReactElementRef.mjs"],
    ["@tanstack/react-query/build/modern/useMutation.js"],
    ["@mui/icons-material/DeleteOutlined.mjs"],
    ["@mui/icons-material/EditOutlined.mjs"],
    ["@mui/icons-material/FileDownloadOutlined.mjs"],
    ["ui/mainAndSide.ts"],
    ["ui/Panel.tsx"],
    ["ui/Facts.tsx"],
  ],
  // On no list of tokens. The last one is on the pages that load the rest.
  schema: [["zod.ts"], ["../domain/policy/policySchema.ts"], ["../domain/nameSchema.ts"], ["activity/OwnActivity.tsx"]],
  tokens: [
    ["tokens/TokensPage.tsx", "overview/OverviewPage.tsx"],
    ["tokens/TokensPage.tsx", "find/FindDialog.tsx"],
    ["tokens/TokensPage.tsx", "inventory/compare/ComparePage.tsx"],
  ],
  list: [["tokens/TokensPage.tsx"], ["inventory/AllTokensPage.tsx"]],
  filter: [
    ["policies/PoliciesPage.tsx", "ip-filters/IpFiltersPage.tsx"],
    ["../domain/filter/judge.ts"],
    ["../domain/filter/ranges.ts"],
  ],
  // What is wrong with a filter and what to write: of those who write one. A list of tokens judges by filters and has no word of it.
  remarks: [["../domain/filter/parseIpFilter.ts"], ["../domain/filter/ipFilterLint.ts"]],
  modal: [["ui/DialogFrame.tsx", "shell/SmallMenu.tsx"]],
  dialog: [["shortcuts/ShortcutsDialog.tsx", "tokens/RotateDialog.tsx"]],
  popover: [
    ["policies/PoliciesPage.tsx", "shortcuts/ShortcutsDialog.tsx"],
    ["policies/PoliciesPage.tsx", "shell/SessionPanel.tsx"],
  ],
  sending: [
    ["ui/Field.tsx"],
    ["policies/PoliciesPage.tsx", "inventory/bulk/BulkDialog.tsx"],
    ["tokens/PermissionsPage.tsx", "ingest/DeleteDialog.tsx"],
    ["tokens/PermissionsPage.tsx", "ip-filters/NewIpFilterPage.tsx"],
    ["tokens/DeleteDialog.tsx", "ip-filters/NewIpFilterPage.tsx"],
  ],
  form: [["ip-filters/NewIpFilterPage.tsx", "tokens/CreateForm.tsx"]],
  choice: [["fleet/CreateTokenDialog.tsx", "ip-filters/NewIpFilterPage.tsx"]],
  common: [
    ["../domain/inventory/whoActs.ts"],
    ["policies/PoliciesPage.tsx", "tokens/TokenPage.tsx"],
    ["policies/PoliciesPage.tsx", "overview/OverviewPage.tsx"],
    ["policies/PoliciesPage.tsx", "ip-filters/IpFilterPage.tsx"],
  ],
  policies: [["policies/PoliciesPage.tsx"], ["policies/impact/WrittenOwner.tsx"]],
  // What tokens may do, and when they expire, in words: of a list behind its first rows, and of the page of a token.
  vocabulary: [
    ["permissions/RiskMarks.tsx"],
    ["../domain/token/rights.ts"],
    ["../logscale/rolesByGroups.ts"],
    ["../domain/token/policyCheck.ts"],
    ["../domain/token/tokenWeakness.ts"],
    ["inventory/permissionLabel.ts"],
    ["ui/ChosenItems.tsx"],
    ["../domain/findings/rule.ts"],
    ["inventory/states.ts"],
    ["inventory/expiryDays.ts"],
    ["inventory/notes/dialogs.ts"],
    ["ui/FacetFrame.tsx"],
    ["ui/localTime.ts"],
  ],
  // What comes behind the first rows of a list of tokens: once all were read, they are judged, and it can be narrowed.
  judging: [
    ["inventory/findings/judging.ts"],
    ["inventory/findings/FindingSigns.tsx"],
    ["../logscale/readRights.ts"],
    ["../logscale/readPeople.ts"],
    ["inventory/FacetPanel.tsx"],
    ["inventory/Chosen.tsx"],
    ["inventory/narrowing.ts"],
    ["inventory/notes/ThresholdsButton.tsx"],
    ["inventory/PermissionsCell.tsx"],
    ["last-use/AuditUseNote.tsx"],
  ],
  rights: [
    ["tokens/formLink.ts"],
    ["permissions/groups.ts"],
    ["overview/OverviewPage.tsx", "tokens/TokenPage.tsx"],
    ["overview/OverviewPage.tsx", "tokens/CreatePage.tsx"],
    ["tokens/PermissionsPage.tsx", "tokens/TokenPage.tsx"],
    ["leaks/LeaksPage.tsx", "tokens/TokenPage.tsx"],
  ],
  texts: [["ui/TextSource.tsx"], ["resources/ResourcesPage.tsx"]],
};

/** What a package's index names, though no page that is opened first uses it: it stands with what does. */
const later = /\/(?:query-core|react-query)\/build\/modern\/(?:mutationObserver|useMutation)\.js$/u;

/** What an index names and nothing of the app uses: it would draw MUI's fields into the file of every page. */
const unused = /\/@mui\/material\/styles\/enhanceHighContrast\.mjs$/u;

/** {@link chunks} as the bundler takes them. */
export function chunkGroups(): Rolldown.CodeSplittingGroup[] {
  const closures = new Map<string, ReadonlySet<string>>();
  const entries = Object.entries(chunks);
  return entries.map(([name, lists], index) => ({
    name: (id, context) => {
      const imports = (module: string) => {
        let closure = closures.get(module);
        if (closure === undefined) closures.set(module, (closure = importedBy(fileOf(module), context)));
        return closure.has(id);
      };
      if (id.includes("rolldown/runtime")) return index === 0 ? name : null;
      return (name === "page" || !later.test(id)) && lists.some((modules) => modules.every(imports)) ? name : null;
    },
    priority: entries.length - index,
  }));
}

function fileOf(module: string): string {
  return join(root, module.startsWith("@") ? "node_modules" : "src/web", module);
}

/** A module and all that it imports statically, however far down. */
function importedBy(file: string, context: Rolldown.ChunkingContext): ReadonlySet<string> {
  if (context.getModuleInfo(file) === null) throw new Error(`scripts/chunks.ts names ${file}, which is no part of the app.`);
  const found = new Set([file]);
  for (const id of found) {
    for (const imported of context.getModuleInfo(id)?.importedIds ?? []) if (!unused.test(imported)) found.add(imported);
  }
  return found;
}
