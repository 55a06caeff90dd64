import { policyDifferences, defaultPolicies, type Policies } from "#domain/policy/policy.ts";
import { isTokenKind, kindTraits, type TokenKind } from "#domain/token/kinds.ts";
import type { InventoryToken } from "#domain/inventory/item.ts";
import { paths } from "#web/paths.ts";

/** What the first steps of an organization are told by. What is not known, or may not be read, is undefined. */
export interface OrganizationFacts {
  readonly gateway: boolean;
  /** Names of the repositories that data can be sent to. */
  readonly repositories: readonly string[] | undefined;
  readonly users: number | undefined;
  readonly policies: Policies | undefined;
  /** The tokens that are seen. */
  readonly tokens: readonly Pick<InventoryToken, "kind">[];
  readonly may: {
    readonly createRepository: boolean;
    readonly manageUsers: boolean;
    readonly changePolicies: boolean;
    /** The first kind of token that the caller may make. */
    readonly createToken: TokenKind | undefined;
    readonly createIngestToken: boolean;
  };
}

/** A link that a step offers. */
export interface StepWay {
  readonly label: string;
  readonly to: string;
}

/** One of the first steps of an organization. */
export interface FirstStep {
  readonly title: string;
  readonly text: string;
  readonly done: boolean;
  /** The first is the usual one. None where the caller may not take the step, or it is done. */
  readonly ways: readonly StepWay[];
  /** Who can take the step, where the caller may not. */
  readonly who?: string;
}

/** The repository that every organization begins with. */
const givenRepository = "sandbox";

/** What comes first in a new organization, in order, and how far it is. */
export function firstSteps({ gateway, repositories, users, policies, tokens, may }: OrganizationFacts): readonly FirstStep[] {
  const inLogScale = "It is done in LogScale itself, by somebody who administers the organization.";
  return [
    step({
      title: "Create a repository",
      text: `Where data goes, and what tokens are for.${
        repositories?.includes(givenRepository) === true ? ` There is one to try things in, ${givenRepository}.` : ""
      }`,
      done: repositories?.some((name) => name !== givenRepository) === true,
      ways: !gateway && may.createRepository ? [{ label: "Create a repository", to: paths.newRepository }] : [],
      who: gateway ? inLogScale : "It takes the organization permission to create repositories.",
    }),
    step({
      title: "Let people in",
      text: "Each gets a user, and a sign-in link that you hand over. It works once; nobody needs a password.",
      done: users !== undefined && users > 1,
      ways: !gateway && may.manageUsers ? [{ label: "Create a user", to: paths.newPerson }] : [],
      who: gateway
        ? "Users are created in LogScale itself. They sign in here with their own API tokens."
        : "It takes the organization permission to manage users.",
    }),
    step({
      title: "Set the policies",
      text: `How long a token may live, from which addresses it may be used, and which kinds may exist. ${
        tokens.length === 0
          ? "While there are no tokens, nothing can break."
          : "What a change does to tokens is shown before it is made."
      }`,
      done: policies !== undefined && policyDifferences(defaultPolicies, policies).length > 0,
      ways: may.changePolicies ? [{ label: "Open the security policies", to: paths.policies }] : [],
      who: "It takes the organization permission to change security policies.",
    }),
    step({
      title: "Create a token",
      text: "For yourself, a script or a dashboard. Its secret is shown once.",
      done: tokens.some(({ kind }) => isTokenKind(kind)),
      ways:
        may.createToken === undefined
          ? []
          : [{ label: `Create a ${kindTraits[may.createToken].noun} token`, to: paths.newToken(may.createToken) }],
      who: "You may make none. Somebody who administers the organization’s permissions can give you the right.",
    }),
    step({
      title: "Connect a shipper",
      text: "An ingest token lets it send data into one repository. For many machines there are collectors that get their configuration from here.",
      done: tokens.some(({ kind }) => kind === "ingest"),
      ways: may.createIngestToken
        ? [
            { label: "Create an ingest token", to: paths.newIngestToken() },
            { label: "Roll out collectors", to: paths.rollOut },
          ]
        : [],
      who: "It takes the permission to change ingest tokens on a repository.",
    }),
  ];
}

function step({ who, ways, ...rest }: Required<FirstStep>): FirstStep {
  if (rest.done) return { ...rest, ways: [] };
  return { ...rest, ways, ...(ways.length === 0 && { who }) };
}

/** Whether an organization is so new that its first steps are shown beside what it has. */
export function isYoung(tokens: number): boolean {
  return tokens < mostOfYoung;
}

const mostOfYoung = 10;
