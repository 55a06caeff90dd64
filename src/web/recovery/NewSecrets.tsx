import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { lazy, Suspense } from "react";

import { kindTraits } from "#domain/token/kinds.ts";
import { nameInText } from "#domain/name.ts";
import { succession, successionHead, successionLine, type KitToken } from "#domain/policy/recoveryKit.ts";
import { loadPart } from "#web/api/loadPart.ts";
import type { Secret } from "#web/secrets/secret.ts";
import { monospace } from "#web/theme.ts";
import { CopyButton } from "#web/ui/CopyButton.tsx";
import { count, countOf } from "#web/ui/counts.ts";

/** Loads the dialog that shows a secret; before a token is made, because without it the secret would be lost. */
export const loadDialog = () => loadPart(() => import("#web/secrets/CopyOnceDialog.tsx"));
const CopyOnceDialog = lazy(() => loadDialog().then((module) => ({ default: module.CopyOnceDialog })));

/** A token of a kit that was made again, and whose secret is not forgotten yet. */
export interface Made {
  /** The token's place in the kit. */
  readonly place: number;
  readonly token: KitToken;
  readonly id: string | null;
  readonly secret: Secret;
  readonly copied: boolean;
}

export interface NewSecretsProps {
  readonly made: readonly Made[];
  readonly onCopied: () => void;
  /** Forgets the secrets. */
  readonly onDone: () => void;
}

/** Says how many new secrets wait to be copied, and copies them all. */
export function NewSecrets({ made, onCopied, onDone }: NewSecretsProps) {
  const uncopied = made.filter(({ copied }) => !copied).length;
  return (
    <Alert severity={uncopied > 0 ? "warning" : "success"} icon={false}>
      <Typography>
        {uncopied > 0
          ? `${countOf(uncopied, "new secret waits", "new secrets wait")} to be copied. They are shown only now: once this page is left, nobody can read them again.`
          : "All new secrets were copied. Keep them where secrets belong, such as a password manager."}
      </Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2, marginTop: 2 }}>
        {made.length > 1 && (
          <CopyButton
            text={() =>
              [successionHead, ...made.map(({ token, secret }) => successionLine(succession(token, secret.reveal())))].join("\n")
            }
            label={`Copy all ${count(made.length)} as a table: kind, name, former id, new id, token`}
            labelled
            onCopied={onCopied}
          />
        )}
        {uncopied === 0 && <Button onClick={onDone}>Done: forget them here</Button>}
      </Box>
    </Alert>
  );
}

export interface NewSecretDialogProps {
  readonly made: Made;
  readonly server: string;
  readonly onDone: () => void;
}

/** Shows the secret of one token that was made again. */
export function NewSecretDialog({ made: { token, id, secret }, server, onDone }: NewSecretDialogProps) {
  const { noun } = kindTraits[token.kind];
  return (
    <Suspense fallback={null}>
      <CopyOnceDialog
        title={`The ${noun} token ${nameInText(token.name)} was made again`}
        secret={secret}
        name={token.name}
        kind={token.kind}
        permissions={token.permissions}
        server={server}
        onDone={onDone}
      >
        <Typography>
          It takes the place of the {noun} token with the id <TokenId id={token.id} />: put it where that one was used, and
          nowhere else.
          {id !== null && (
            <>
              {" "}
              Its own id is <TokenId id={id} />.
            </>
          )}
        </Typography>
      </CopyOnceDialog>
    </Suspense>
  );
}

function TokenId({ id }: { readonly id: string }) {
  return (
    <Box component="span" sx={{ fontFamily: monospace, overflowWrap: "anywhere" }}>
      {id}
    </Box>
  );
}
