/** What one threshold means, and which whole numbers of days it may be. */
export interface ThresholdRule {
  /** What a field for it is called. */
  readonly label: string;
  /** What it decides, in words that go before the number of days. */
  readonly meaning: string;
  /** In days, as the bounds are. */
  readonly usual: number;
  readonly least: number;
  readonly most: number;
}

/** Every threshold, in the order in which they are shown. */
export const thresholdRules = {
  olderThan: {
    label: "Old after",
    meaning: "A token is old once it was created longer ago than",
    usual: 365,
    least: 1,
    most: 3650,
  },
  unusedFor: {
    label: "Unused after",
    meaning: "A token counts as unused once its last use is longer ago than",
    usual: 90,
    least: 1,
    most: 3650,
  },
  expiresWithin: {
    label: "Expires soon within",
    meaning: "A token expires soon once its remaining life is no longer than",
    usual: 30,
    least: 1,
    most: 365,
  },
  quietFor: {
    label: "Quiet after",
    meaning: "A renewed token is quiet, and may be deleted, once its last use is longer ago than",
    usual: 7,
    least: 1,
    most: 365,
  },
} as const satisfies Record<string, ThresholdRule>;

export type ThresholdName = keyof typeof thresholdRules;

/** From when on a finding holds, or a renewed token is quiet: whole numbers of days. */
export type Thresholds = Readonly<Record<ThresholdName, number>>;

/** The names of the thresholds, in the order in which they are shown. */
export const thresholdNames = Object.keys(thresholdRules) as readonly ThresholdName[];

/** Those that findings are judged by, in the order in which they are shown. */
export const findingThresholdNames = ["olderThan", "unusedFor", "expiresWithin"] as const satisfies readonly ThresholdName[];

/** See {@link findingThresholdNames}. */
export type FindingThresholds = Pick<Thresholds, (typeof findingThresholdNames)[number]>;

/** The thresholds that hold until somebody sets others. */
export const usualThresholds: Thresholds = {
  olderThan: thresholdRules.olderThan.usual,
  unusedFor: thresholdRules.unusedFor.usual,
  expiresWithin: thresholdRules.expiresWithin.usual,
  quietFor: thresholdRules.quietFor.usual,
};
