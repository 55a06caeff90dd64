import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";

import { kindTraits } from "#domain/token/kinds.ts";
import { searchDomainNoun } from "#logscale/convert.ts";
import type { TokenDetail } from "#logscale/tokenDetail.ts";
import { RightsInWords } from "#web/permissions/RightsInWords.tsx";
import { countOf } from "#web/ui/counts.ts";
import { Name } from "#web/ui/Name.tsx";
import { Panel } from "#web/ui/Panel.tsx";

/** What a token may do, in words, and where. */
export function RightsPanel({ token }: { readonly token: TokenDetail }) {
  const { kind, name, permissions = [], views } = token;
  return (
    <Panel title="What it may do">
      {kindTraits[kind].hasPermissions ? (
        permissions.length === 0 ? (
          <Typography sx={{ color: "text.secondary" }}>Nothing: it carries no permissions.</Typography>
        ) : (
          <RightsInWords kind={kind} permissions={permissions} />
        )
      ) : (
        <Typography>
          Everything that the user <Name>{name}</Name> may do, at any moment: it gains and loses rights as the user does.
        </Typography>
      )}
      {views !== undefined && (
        <section aria-label="Repositories and views">
          <Typography variant="h3">On {countOf(views.length, "repository or view", "repositories and views")}</Typography>
          {views.length === 0 ? (
            <Typography sx={{ color: "text.secondary" }}>
              Those it was made for have been deleted, so it can do nothing.
            </Typography>
          ) : (
            <Box component="ul" sx={{ margin: 0, marginTop: 1, paddingInlineStart: 5, columns: { sm: 2 } }}>
              {views.map((view) => (
                <li key={view.id}>
                  <Name>{view.name}</Name>{" "}
                  <Typography component="span" variant="caption" sx={{ color: "text.secondary" }}>
                    {searchDomainNoun(view.type)}
                  </Typography>
                </li>
              ))}
            </Box>
          )}
        </section>
      )}
      {(kind === "organization" || kind === "system") && (
        <Typography sx={{ color: "text.secondary" }}>
          {kind === "organization" ? "In this organization." : "On the whole cluster."} It never reads event data.
        </Typography>
      )}
    </Panel>
  );
}
