/**
 * Where both backends serve what people write of tokens: about their findings, whose they are, what they replace. A GET answers
 * `findingNotesSchema`; a POST takes a `NoteChange` and answers `noteOutcomeSchema`, or a refusal (see `noteRefusalSchema`).
 */
export const findingNotesPath = "/api/tokenhouse/finding-notes";
