import { useColorScheme } from "@mui/material/styles";
import { useEffect } from "react";

import { colorSchemeCookie, isColorScheme } from "#logscale/colorScheme.ts";

/** How long a choice lasts after the app was last opened, s. */
const aYear = 365 * 24 * 60 * 60;

/** Tells the server which scheme was chosen, for the words that the next page comes with. */
export function KeptScheme() {
  const { mode } = useColorScheme();
  useEffect(() => {
    const [value, age] = isColorScheme(mode) ? [mode, aYear] : ["", 0];
    document.cookie = `${colorSchemeCookie}=${value}; Path=/; SameSite=Lax; Max-Age=${age}`;
  }, [mode]);
  return null;
}
