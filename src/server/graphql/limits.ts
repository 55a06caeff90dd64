import {
  getNamedType,
  getNullableType,
  GraphQLError,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationRule,
} from "graphql";

/**
 * Bounds on what GraphQL may cost, all of them. They are far above what the app, humioctl or an introspecting tool asks. SECURITY.md says
 * what can still be asked within them.
 */
export const graphqlLimits = {
  /** Bytes of a request's body: policies, filters and permission lists are far smaller. */
  bodyBytes: 1_048_576,
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
  /** Characters of an alias, which stands in the answer as often as there are rows. */
  aliasLength: 100,
  /** Lists within lists: each level multiplies the work by the length of the one above. */
  listNesting: 4,
  /**
   * Fields that the answer would have if every list had ten entries: a list counts as often as it is asked for, and all that is below it
   * ten times. Tools that introspect reach 50,000.
   */
  weight: 100_000,
  /** Rows that a request may read to be answered. A page has 10,000 tokens at most. */
  rowsRead: 100_000,
  /** Bytes in these rows. */
  bytesRead: 67_108_864,
  /** Bytes of an answer. The request is refused when it gets there, not when it is made. */
  answerBytes: 16_777_216,
  /** Requests that read. A caller is a user, whatever the user's sessions and tokens, or a token without one. */
  queries: { perCaller: 3, atOnce: 8, waiting: 60 },
  /**
   * Requests that change something. These may wait on one another's locks, so they stand in nobody's way who reads. Those that run at once
   * share the time that a commit takes to reach the disk.
   */
  mutations: { perCaller: 8, atOnce: 16, waiting: 60 },
  /** How long a client may take to take an answer, in ms, before it is hung up on. */
  takingAnAnswer: 120_000,
} as const;

/** How many entries a list is taken to have by {@link graphqlLimits.weight}. */
const supposedLength = 10;

interface Cost {
  readonly aliases: number;
  readonly selections: number;
  readonly listNesting: number;
  readonly weight: number;
  readonly longestAlias: number;
}

const nothing: Cost = { aliases: 0, selections: 0, listNesting: 0, weight: 0, longestAlias: 0 };

/**
 * Validation rule: an operation stays within {@link graphqlLimits}. Fragments are counted where they are used, each computed
 * once.
 */
export const costRule: ValidationRule = (context) => {
  const schema = context.getSchema();
  const fragmentCosts = new Map<string, Cost>();

  function fieldType(parent: GraphQLNamedType | undefined, name: string): GraphQLOutputType | undefined {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef.type;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef.type;
    return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name]?.type : undefined;
  }

  function costOf(selectionSet: SelectionSetNode, parent: GraphQLNamedType | undefined): Cost {
    let aliases = 0;
    let selections = 0;
    let listNesting = 0;
    let weight = 0;
    let longestAlias = 0;
    for (const selection of selectionSet.selections) {
      let below: Cost;
      if (selection.kind === Kind.FIELD) {
        selections++;
        if (selection.alias) aliases++;
        const type = fieldType(parent, selection.name.value);
        below = selection.selectionSet ? costOf(selection.selectionSet, type && getNamedType(type)) : nothing;
        const isList = type && isListType(getNullableType(type)) && isCompositeType(getNamedType(type));
        if (isList) below = { ...below, listNesting: below.listNesting + 1, weight: below.weight * supposedLength };
        weight++;
        longestAlias = Math.max(longestAlias, selection.alias?.value.length ?? 0);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        below = costOf(selection.selectionSet, condition === undefined ? parent : schema.getType(condition));
      } else {
        below = fragmentCost(selection.name.value);
      }
      aliases += below.aliases;
      selections += below.selections;
      listNesting = Math.max(listNesting, below.listNesting);
      weight += below.weight;
      longestAlias = Math.max(longestAlias, below.longestAlias);
    }
    return { aliases, selections, listNesting, weight, longestAlias };
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
        [cost.longestAlias, graphqlLimits.aliasLength, "characters in an alias"],
        [cost.weight, graphqlLimits.weight, "fields where every list has ten entries"],
      ] as const;
      for (const [found, limit, what] of breaches) {
        if (found <= limit) continue;
        const message = `The operation asks for ${Math.min(found, 1_000_000)} ${what}; at most ${limit} are allowed.`;
        context.reportError(new GraphQLError(message, { nodes: operation, extensions: { code: "TOO_COSTLY" } }));
      }
    },
  };
};
