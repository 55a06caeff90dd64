import RefreshIcon from "@mui/icons-material/RefreshOutlined";

import { BusyButton } from "./BusyButton.tsx";

export interface ReadAgainProps {
  /** Whether it is being read. */
  readonly busy: boolean;
  readonly onRead: () => void;
}

/** The button of a list that has it read anew. */
export function ReadAgain({ busy, onRead }: ReadAgainProps) {
  return (
    <BusyButton variant="outlined" size="small" startIcon={<RefreshIcon />} onClick={onRead} busy={busy}>
      Read again
    </BusyButton>
  );
}
