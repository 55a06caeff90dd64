// What urql needs of a GraphQL library, which the build puts in that library's place. The app's operations are texts of one operation each,
// which go out as they are: nothing of them has to be parsed but their kind and name.

export const Kind = { DOCUMENT: "Document", OPERATION_DEFINITION: "OperationDefinition" } as const;

interface OperationText {
  readonly kind: typeof Kind.DOCUMENT;
  readonly definitions: readonly [
    { readonly kind: typeof Kind.OPERATION_DEFINITION; readonly operation: string; readonly name: { readonly value: string } },
  ];
  readonly text: string;
}

export function parse(text: string): OperationText {
  const [, operation, name] = /^(query|mutation) (\w+)/u.exec(text) ?? [];
  if (operation === undefined || name === undefined) throw new Error("This is no operation of the app's.");
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ kind: Kind.OPERATION_DEFINITION, operation, name: { value: name } }],
    text,
  };
}

export function print({ text }: OperationText): string {
  return text;
}

/** An error of an answer, as urql makes it of what the server sends. */
export class GraphQLError extends Error {
  readonly path: readonly (string | number)[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    _nodes: unknown,
    _source: unknown,
    _positions: unknown,
    path: readonly (string | number)[] | undefined,
    _original: unknown,
    extensions: Readonly<Record<string, unknown>> | undefined,
  ) {
    super(message);
    this.name = "GraphQLError";
    this.path = path;
    this.extensions = extensions ?? {};
  }
}
