/** The text of a GraphQL operation and of the fragments that it uses. The types of its variables and of its data go with it. */
export type Operation<Data, Variables> = string & {
  /** For the compiler alone; no operation has it. */
  readonly types?: (variables: Variables) => Data;
};
