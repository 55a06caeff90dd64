import { authorization } from "./authorization.ts";
import { backup } from "./backup.ts";
import { crash } from "./crash.ts";
import type { Drill } from "./drill.ts";
import { failover } from "./failover.ts";
import { fuzz } from "./fuzz.ts";
import { gatewayDrill } from "./gateway.ts";
import { load } from "./load.ts";
import { outage } from "./outages.ts";
import { race } from "./race.ts";
import { secrets } from "./secrets.ts";

/** All drills, in the order in which `--all` runs them. Each has a short form in `NAME.long.test.ts`, and a section in docs/reliability.md. */
export const drills: readonly Drill[] = [crash, failover, race, outage, backup, fuzz, authorization, secrets, gatewayDrill, load];
