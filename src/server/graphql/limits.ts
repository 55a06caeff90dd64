import {
  getNamedType,
  getNullableType,
  GraphQLError,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationRule,
} from "graphql";

/** Bounds on what one request may ask for. They are far above what the app, humioctl or an introspecting tool asks. */
export const graphqlLimits = {
  /** Characters of the document. */
  documentLength: 50_000,
  /** Tokens of the document. A document that came once is kept as a tree, in which each token takes some 130 bytes. */
  documentTokens: 2500,
  /** How many documents are kept as trees, twice over at times, and the refused ones apart from the others. The app has some fifty. */
  keptDocuments: 100,
  /** Fields within fields, as mercurius counts them; tools that introspect reach 15. */
  depth: 16,
  /** Aliases, every use of a fragment counted. */
  aliases: 50,
  /** Fields selected, every use of a fragment counted. */
  selections: 2000,
  /** Lists within lists: each level multiplies the work by the length of the one above. */
  listNesting: 4,
} as const;

interface Cost {
  readonly aliases: number;
  readonly selections: number;
  readonly listNesting: number;
}

const nothing: Cost = { aliases: 0, selections: 0, listNesting: 0 };

/**
 * Validation rule: an operation stays within {@link graphqlLimits}. Fragments are counted where they are used, each computed
 * once.
 */
export const costRule: ValidationRule = (context) => {
  const schema = context.getSchema();
  const fragmentCosts = new Map<string, Cost>();

  function fieldType(parent: GraphQLNamedType | undefined, name: string): GraphQLOutputType | undefined {
    return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name]?.type : undefined;
  }

  function costOf(selectionSet: SelectionSetNode, parent: GraphQLNamedType | undefined): Cost {
    let aliases = 0;
    let selections = 0;
    let listNesting = 0;
    for (const selection of selectionSet.selections) {
      let below: Cost;
      if (selection.kind === Kind.FIELD) {
        selections++;
        if (selection.alias) aliases++;
        const type = fieldType(parent, selection.name.value);
        below = selection.selectionSet ? costOf(selection.selectionSet, type && getNamedType(type)) : nothing;
        // Introspection reads the schema, not the store, so its nesting costs next to nothing: `__schema` has no type here.
        if (type && isListType(getNullableType(type)) && isCompositeType(getNamedType(type))) {
          below = { ...below, listNesting: below.listNesting + 1 };
        }
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        below = costOf(selection.selectionSet, condition === undefined ? parent : schema.getType(condition));
      } else {
        below = fragmentCost(selection.name.value);
      }
      aliases += below.aliases;
      selections += below.selections;
      listNesting = Math.max(listNesting, below.listNesting);
    }
    return { aliases, selections, listNesting };
  }

  function fragmentCost(name: string): Cost {
    const known = fragmentCosts.get(name);
    if (known !== undefined) return known;
    // Also ends a circle of fragments, which another rule refuses.
    fragmentCosts.set(name, nothing);
    const fragment: FragmentDefinitionNode | null | undefined = context.getFragment(name);
    const cost = fragment ? costOf(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value)) : nothing;
    fragmentCosts.set(name, cost);
    return cost;
  }

  return {
    OperationDefinition(operation: OperationDefinitionNode) {
      const cost = costOf(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
      const breaches = [
        [cost.aliases, graphqlLimits.aliases, "aliases"],
        [cost.selections, graphqlLimits.selections, "fields"],
        [cost.listNesting, graphqlLimits.listNesting, "lists within one another"],
      ] as const;
      for (const [found, limit, what] of breaches) {
        if (found <= limit) continue;
        const message = `The operation asks for ${Math.min(found, 1_000_000)} ${what}; at most ${limit} are allowed.`;
        context.reportError(new GraphQLError(message, { nodes: operation, extensions: { code: "TOO_COSTLY" } }));
      }
    },
  };
};
