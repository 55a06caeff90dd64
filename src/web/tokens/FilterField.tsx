import Link from "@mui/material/Link";
import Typography from "@mui/material/Typography";
import { Suspense } from "react";
import { Controller, type Control } from "react-hook-form";
import { Link as RouterLink } from "react-router";

import { kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import type { IpFilter } from "#domain/filter/ipFilter.ts";
import type { TokenRequest } from "#domain/token/request.ts";
import type { Session } from "#web/api/session.ts";
import { paths } from "#web/paths.ts";
import { distinctNames } from "#web/ui/distinctNames.ts";
import { SelectField } from "#web/ui/Field.tsx";
import { lazyPart } from "#web/ui/lazyPart.tsx";

import type { TokenForm } from "./request.ts";

const FilterRules = lazyPart(async () => (await import("./FilterRules.tsx")).FilterRules);

export interface TokenFilterFieldProps {
  readonly kind: TokenKind;
  readonly control: Control<TokenForm, unknown, TokenRequest>;
  readonly filters: readonly IpFilter[];
  /** Id of the filter that the policy enforces; null when it enforces none. */
  readonly enforced: string | null;
  readonly session: Session;
}

/** The IP filter of a new token, with its rules. What the policy enforces is shown and cannot be changed. */
export function FilterField({ kind, control, filters, enforced, session }: TokenFilterFieldProps) {
  const gateway = session.backend === "gateway";
  return (
    <Controller
      control={control}
      name="ipFilter"
      render={({ field: { ref, ...field }, fieldState: { error } }) => {
        const chosen = filters.find(({ id }) => id === field.value);
        const names = distinctNames(filters);
        return (
          <div>
            <SelectField
              {...field}
              inputRef={ref}
              label="IP filter"
              disabled={enforced !== null}
              error={error !== undefined}
              helper={
                error?.message ??
                (enforced === null
                  ? "From where the token can be used. It cannot be changed or taken off later."
                  : `The security policy sets this filter on all ${kindTraits[kind].noun} tokens.`)
              }
            >
              <option value="">No filter: from every address</option>
              {enforced !== null && !filters.some(({ id }) => id === enforced) && <option value={enforced}>{enforced}</option>}
              {filters.map(({ id }) => (
                <option key={id} value={id}>
                  {names.get(id) ?? id}
                </option>
              ))}
            </SelectField>
            {filters.length === 0 && enforced === null && (
              <Typography variant="caption" component="p" sx={{ marginTop: 1 }}>
                You see no IP filter.{" "}
                <Link component={RouterLink} to={paths.ipFilters}>
                  See what filters do, and create one
                </Link>
              </Typography>
            )}
            {chosen !== undefined && (
              <Suspense fallback={null}>
                <FilterRules text={chosen.ipFilter} address={session.clientAddress} gateway={gateway} />
              </Suspense>
            )}
            {chosen === undefined && field.value !== "" && (
              <Typography variant="caption" component="p" sx={{ color: "text.secondary", marginTop: 1 }}>
                You may not read the rules of this filter.
              </Typography>
            )}
          </div>
        );
      }}
    />
  );
}
