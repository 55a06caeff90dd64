import UploadIcon from "@mui/icons-material/UploadOutlined";
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useRef, useState, type DragEvent } from "react";

import { readRecoveryKit, type RecoveryKit } from "#domain/policy/recoveryKit.ts";
import { parseJson } from "#logscale/json.ts";
import { loadPart } from "#web/api/loadPart.ts";
import { useSession } from "#web/state/organization.tsx";
import { countOf } from "#web/ui/counts.ts";
import { LoadingShape } from "#web/ui/LoadingShape.tsx";
import { PageHeader } from "#web/ui/PageHeader.tsx";
import { localTime } from "#web/ui/times.ts";

import { savedKitQuery } from "./savedKit.ts";

const KitReplay = lazy(() => loadPart(() => import("./KitReplay.tsx").then((module) => ({ default: module.KitReplay }))));

/** Larger files are refused unread: a kit of a million tokens is smaller. */
const largestFile = 512 * 1024 * 1024;

interface Opened {
  readonly kit: RecoveryKit;
  /** The file's name. */
  readonly file: string;
}

/** Where a recovery kit is read and the tokens in it are made again, one by one, each new secret shown once. */
export function RecoveryPage() {
  const saved = useQuery(savedKitQuery).data;
  const session = useSession();
  const [opened, setOpened] = useState<Opened>();
  const [problem, setProblem] = useState<{ readonly file: string; readonly message: string }>();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > largestFile) {
      setProblem({ file: file.name, message: "The file is far larger than any recovery kit." });
      return;
    }
    try {
      const reading = readRecoveryKit(await file.text(), parseJson);
      if (reading.ok) {
        setProblem(undefined);
        setOpened({ kit: reading.kit, file: file.name });
      } else setProblem({ file: file.name, message: reading.message });
    } catch {
      setProblem({
        file: file.name,
        message: "The browser could not read the file. It may have been moved or changed meanwhile.",
      });
    }
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void read(event.dataTransfer.files[0]);
  };

  return (
    <>
      <PageHeader
        title="Recovery"
        actions={
          opened && (
            <Button variant="outlined" onClick={() => setOpened(undefined)}>
              Another kit
            </Button>
          )
        }
      >
        Makes tokens again that a policy stopped or somebody deleted, from the recovery kit that was saved before. They get new
        ids and new secrets: the old ones cannot be brought back.
      </PageHeader>
      {opened !== undefined ? (
        <Suspense fallback={<LoadingShape label="Reading the kit" shape="table" rows={6} />}>
          <KitReplay key={`${opened.file} ${opened.kit.savedAt}`} kit={opened.kit} file={opened.file} />
        </Suspense>
      ) : (
        <Box sx={{ display: "flex", flexDirection: "column", gap: 4, maxWidth: 800 }}>
          {problem !== undefined && (
            <Alert severity="error">
              <AlertTitle component="p" sx={{ overflowWrap: "anywhere" }}>
                {problem.file} could not be used
              </AlertTitle>
              {problem.message} Nothing was made. Choose the file that “Save the recovery kit” gave you.
            </Alert>
          )}
          {saved != null && (
            <Alert
              severity="info"
              action={
                <Button
                  color="inherit"
                  size="small"
                  onClick={() => {
                    setProblem(undefined);
                    setOpened(saved);
                  }}
                >
                  Use it
                </Button>
              }
            >
              Here is the kit saved from this tab on {localTime(saved.kit.savedAt)}, with{" "}
              {countOf(saved.kit.tokens.length, "token")}.
            </Alert>
          )}
          <Box
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={onDrop}
            sx={{
              border: "1px dashed",
              borderColor: over ? "text.primary" : "text.disabled",
              backgroundColor: over ? "action.hover" : undefined,
              borderRadius: 1,
              padding: 8,
              display: "flex",
              flexDirection: "column",
              alignItems: "center",
              gap: 3,
              textAlign: "center",
            }}
          >
            <input
              ref={input}
              type="file"
              accept=".json,application/json"
              aria-label="Recovery kit"
              tabIndex={-1}
              hidden
              onChange={(event) => {
                void read(event.target.files?.[0]);
                // So that choosing the same file again is a change.
                event.target.value = "";
              }}
            />
            <Button variant="contained" startIcon={<UploadIcon />} onClick={() => input.current?.click()}>
              Choose a recovery kit
            </Button>
            <Typography sx={{ color: "text.secondary" }}>
              or drop the file here: tokenhouse-recovery-kit-….json. It is read in this browser; nothing is made before you choose
              what.
            </Typography>
          </Box>
          <Typography sx={{ color: "text.secondary" }}>
            On the {session.backend === "gateway" ? "gateway" : "server"}’s own machine the same is done by{" "}
            <code>node dist/server/main.js restore-kit FILE</code> in Tokenhouse’s folder, or by{" "}
            <code>tokenhouse restore-kit FILE</code> where it is installed as a package
            {session.backend === "gateway" &&
              ", with an API token that may create the tokens in the environment variable LOGSCALE_TOKEN"}
            .
          </Typography>
        </Box>
      )}
    </>
  );
}
