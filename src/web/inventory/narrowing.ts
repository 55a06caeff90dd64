// What narrows the list, loaded once something is to be narrowed: all rows are shown without it.
export { filterJudge } from "#domain/filter/judge.ts";
export { expiryFacet } from "./expiryDays.ts";
export { narrow } from "./facet.ts";
export {
  ageFacet,
  filterFacet,
  findingFacet,
  kindFacet,
  lastUseFacet,
  ownerFacet,
  rightFacet,
  stateFacet,
  viewFacet,
} from "./facets.ts";
export { lazySearchIndex, search } from "./search.ts";
