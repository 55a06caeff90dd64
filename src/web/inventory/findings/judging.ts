// What judges tokens, loaded once they are read.
export { filterJudge } from "#domain/filter/judge.ts";
export { putAside } from "#domain/findings/putAside.ts";
export { judgeInTurns } from "./reading.ts";
