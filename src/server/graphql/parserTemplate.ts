import { stringify } from "yaml";

import type { ParserContent } from "#server/services/parsers.ts";

/**
 * A parser as a file that `humioctl parsers install` takes. LogScale's own template is documented by its schema's address alone; the keys are
 * those that humioctl reads (our assumption).
 */
export function parserTemplate(
  name: string,
  { script, fieldsToTag, fieldsToBeRemovedBeforeParsing, testCases }: ParserContent,
): string {
  return stringify(
    {
      name,
      tagFields: fieldsToTag,
      fieldsToBeRemovedBeforeParsing,
      testCases: testCases.map(({ event, outputAssertions }) => ({
        event,
        assertions: outputAssertions.map(({ outputEventIndex, assertions }) => ({
          outputEventIndex,
          fieldsNotPresent: assertions.fieldsNotPresent,
          fieldsHaveValues: new Map(
            assertions.fieldsHaveValues.map(({ fieldName, expectedValue }) => [fieldName, expectedValue]),
          ),
        })),
      })),
      script,
    },
    { lineWidth: 0 },
  );
}
