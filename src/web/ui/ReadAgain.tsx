import RefreshIcon from "@mui/icons-material/RefreshOutlined";
import Button from "@mui/material/Button";

export interface ReadAgainProps {
  /** Whether it is being read. */
  readonly busy: boolean;
  readonly onRead: () => void;
}

/** The button of a list that has it read anew. */
export function ReadAgain({ busy, onRead }: ReadAgainProps) {
  return (
    <Button variant="outlined" size="small" startIcon={<RefreshIcon />} onClick={onRead} loading={busy} loadingPosition="start">
      Read again
    </Button>
  );
}
