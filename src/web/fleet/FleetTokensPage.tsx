import AddIcon from "@mui/icons-material/AddOutlined";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { Suspense } from "react";
import { useNavigate, useSearchParams } from "react-router";

import { InventoryPage } from "#web/inventory/InventoryPage.tsx";
import { paths } from "#web/paths.ts";
import { choiceIn, withChoice } from "#web/roll-out/choice.ts";
import { RollOutButton } from "#web/roll-out/RollOutButton.tsx";
import { EmptyState } from "#web/ui/EmptyState.tsx";
import { lazyDialog } from "#web/ui/lazyPart.tsx";

import { FleetHidden } from "./FleetGate.tsx";
import { fleetRightsQuery, fleetTokensQuery } from "./queries.ts";
import { useCreating } from "#web/list/useCreating.ts";

const CreateTokenDialog = lazyDialog(() => import("./CreateTokenDialog.tsx").then((module) => module.CreateTokenDialog));

const purpose =
  "Install log collectors across a fleet: a machine enrols with the token and gets the configuration that is assigned to it. The security policies do not govern them.";

/** All fleet installation tokens, without their values. */
export function FleetTokensPage() {
  const navigate = useNavigate();
  const choice = choiceIn(useSearchParams()[0]);
  const mayChange = useQuery(fleetRightsQuery).data?.mayChange === true;
  const { asked, start, stop } = useCreating();
  const tokens = useQuery({ ...fleetTokensQuery, enabled: false }).data;
  const create = mayChange && (
    <Button variant="contained" size="small" startIcon={<AddIcon />} onClick={start}>
      Create fleet token
    </Button>
  );
  return (
    <>
      <InventoryPage
        kind="fleet"
        title="Fleet tokens"
        path={paths.fleetTokens}
        purpose={purpose}
        create={create}
        hidden={<FleetHidden />}
        renderEmpty={() => (
          <EmptyState
            title="There are no fleet tokens"
            action={
              <>
                {create}
                <RollOutButton choice={choice} />
              </>
            }
          >
            {purpose}
          </EmptyState>
        )}
      />
      <Suspense>
        {asked && mayChange && (
          <CreateTokenDialog
            names={tokens?.rows.map(({ name }) => name) ?? []}
            configuration={choice.configuration ?? ""}
            onCancel={stop}
            onCreated={(handle) =>
              void navigate(withChoice(paths.fleetToken(handle), { repository: choice.repository, ingest: choice.ingest }))
            }
          />
        )}
      </Suspense>
    </>
  );
}
