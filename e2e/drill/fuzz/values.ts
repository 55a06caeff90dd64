import fc from "fast-check";
import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  type GraphQLInputType,
  type GraphQLScalarType,
} from "graphql";

/** What people, programs and attackers put where a text is expected, and what texts have broken elsewhere. */
const notorious: readonly string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\u202eright to left",
  "\ufeff",
  "e\u0301\u0301\u0301",
  "👩‍👩‍👧‍👦".repeat(20),
  "\r\n\r\n",
  "a".repeat(255),
  "a".repeat(256),
  "ä".repeat(5000),
  "'; drop table tokens; --",
  "%' or 1=1",
  "\\",
  '"',
  "${jndi:ldap://127.0.0.1/x}",
  "{{7*7}}",
  "<script>alert(1)</script>",
  "../../../etc/passwd",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "NaN",
  "-0",
  "1e400",
  "9223372036854775808",
  "2038-01-19T03:14:08Z",
  "allow 0.0.0.0/0",
  "deny all\nallow 192.0.2.0/24\n# remark",
  "allow ::ffff:10.0.0.1/128",
  "allow 999.1.1.1",
  "sources:\n  a: &a [*a]\nsinks: {}",
  "a: &x [1]\nb: *x\nc: *x",
  "(((((((((((((((((((((((((((((((",
  "(a+)+$",
  "parseJson() | kvParse()",
];

const numbers: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  127,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53 - 1,
  2 ** 53,
  1e21,
  -1e308,
  5e-324,
];

/** Texts: notorious ones, those that name something (`known`), and any. */
export function texts(known: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...known, "x") },
    { weight: 30, arbitrary: fc.constantFrom(...notorious) },
    { weight: 20, arbitrary: fc.string({ maxLength: 40 }) },
    { weight: 10, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
    { weight: 10, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: fc.constant("x".repeat(70_000)) },
  );
}

/** Any value of JSON, deep and wide ones too. */
export function anything(): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, [], {}, [[[[[[]]]]]], { ["__proto__"]: { a: 1 } }) },
    { weight: 1, arbitrary: fc.constant(nested(200)) },
  );
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/**
 * Values for an input of the contract: mostly of its type, so that they get past the first check, and often at its bounds.
 *
 * @param inList whether a list is around it: long ones within each other, of long texts, are longer than a text can be
 */
export function valuesOf(type: GraphQLInputType, known: readonly string[], depth = 0, inList = false): fc.Arbitrary<unknown> {
  const good = goodValues(type, known, depth, inList);
  return fc.oneof({ weight: 24, arbitrary: good }, { weight: 1, arbitrary: anything() });
}

function goodValues(type: GraphQLInputType, known: readonly string[], depth: number, inList: boolean): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return goodValues(type.ofType, known, depth, inList);
  if (isListType(type)) {
    const item = valuesOf(type.ofType, known, depth + 1, true);
    return fc.oneof(
      { weight: 8, arbitrary: fc.array(item, { maxLength: 4 }) },
      { weight: 1, arbitrary: item },
      { weight: 1, arbitrary: item.map((one) => Array.from({ length: inList ? 30 : 300 }, () => one)) },
    );
  }
  if (isEnumType(type)) {
    const names = type.getValues().map(({ name }) => name);
    return fc.oneof({ weight: 15, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: texts(known) });
  }
  if (isInputObjectType(type)) {
    // Inputs that hold themselves end somewhere.
    if (depth > 6) return fc.constant({});
    const fields = Object.values(type.getFields());
    const required = fields.filter((field) => isNonNullType(field.type)).map(({ name }) => name);
    const model = Object.fromEntries(fields.map((field) => [field.name, valuesOf(field.type, known, depth + 1, inList)]));
    return fc.oneof(
      { weight: 9, arbitrary: fc.record(model, { requiredKeys: required }) },
      { weight: 1, arbitrary: fc.record(model, { requiredKeys: [] }) },
    );
  }
  return scalars(type, known);
}

function scalars(type: GraphQLScalarType, known: readonly string[]): fc.Arbitrary<unknown> {
  if (!isScalarType(type)) return anything();
  switch (type.name) {
    case "Boolean":
      return fc.boolean();
    case "Int":
    case "Long":
    case "Float":
      return fc.oneof(fc.integer({ min: -2, max: 200 }), fc.constantFrom(...numbers), fc.double());
    case "String":
    case "ID":
      return texts(known);
    default:
      return fc.oneof(texts(known), fc.constantFrom(...numbers));
  }
}

/** A text with some of it left out, doubled, swapped or replaced. */
export function damaged(text: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: Math.max(0, text.length) });
  return fc
    .record({ from: at, to: at, how: fc.constantFrom("cut", "double", "replace", "end"), other: texts([]) })
    .map(({ from, to, how, other }) => {
      const [first, last] = [Math.min(from, to), Math.max(from, to)];
      const part = text.slice(first, last);
      switch (how) {
        case "cut":
          return text.slice(0, first) + text.slice(last);
        case "double":
          return text.slice(0, last) + part + text.slice(last);
        case "replace":
          return text.slice(0, first) + other + text.slice(last);
        default:
          return text.slice(0, last);
      }
    });
}

/** Bytes with some of them replaced. */
export function damagedBytes(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc
    .array(fc.tuple(fc.nat({ max: Math.max(0, bytes.length - 1) }), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
    .chain((changes) =>
      fc.nat({ max: bytes.length }).map((length) => {
        const copy = Uint8Array.from(bytes);
        for (const [place, value] of changes) copy[place] = value;
        return length % 4 === 0 ? copy.slice(0, length) : copy;
      }),
    );
}
