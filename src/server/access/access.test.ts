import { beforeAll, describe, expect, it } from "vitest";

import { makeSchema } from "#server/graphql/schema.ts";
import {
  ask,
  callerNames,
  dump,
  openCallers,
  restore,
  strangerNames,
  type Answer,
  type Callers,
} from "#server/testing/callers.ts";
import { describeOnBothDatabasesInTime } from "#server/testing/databases.ts";
import { neverCarriedOut, requests } from "#server/testing/requests.ts";
import type { TestServer } from "#server/testing/server.ts";
import { mutationRules, queryRules } from "./rules.ts";

/**
 * What each kind of caller gets of each root field; see `Callers` for who they are.
 *
 * - `yes`: carried out, with something in the answer
 * - `none`: carried out; the list has nothing that this caller may see
 * - `no`: refused with NOT_ALLOWED
 * - `gone`: answered as if what the arguments name did not exist
 *
 * The mutations on tokens, `token` and the like name the view token with ReadAccess on `sandbox`, or a token of the kind in the
 * mutation's name. `organization+` may administer view tokens but cannot read events, so it can neither grant ReadAccess nor
 * rotate such a token.
 */
const matrix = `
                                              view- view+ organization- organization+ system- system+ user delegate member owner root  local
browserSessions                               none  none  none          none          none    none    none none     none   none  none  none
currentUser                                   no    no    no            no            no      no      yes  yes      yes    yes   yes   no
featureFlags                                  yes   yes   yes           yes           yes     yes     yes  yes      yes    yes   yes   yes
defaultFleetInstallationToken                 no    no    no            yes           no      no      no   no       no     yes   yes   yes
fleetInstallationToken                        no    no    no            yes           no      no      no   no       no     yes   yes   yes
fleetInstallationTokenByHandle                no    no    no            yes           no      no      no   no       no     yes   yes   yes
fleetInstallationTokens                       no    no    no            yes           no      no      no   no       no     yes   yes   yes
group                                         no    yes   no            yes           no      yes     no   yes      yes    yes   yes   yes
groupByDisplayName                            no    yes   no            yes           no      yes     no   yes      yes    yes   yes   yes
groupsPage                                    no    yes   no            yes           no      yes     no   yes      yes    yes   yes   yes
ipFilters                                     no    no    no            yes           no      yes     yes  yes      yes    yes   yes   yes
logCollectorConfiguration                     no    no    no            yes           no      no      no   no       no     yes   yes   yes
meta                                          yes   yes   yes           yes           yes     yes     yes  yes      yes    yes   yes   yes
organization                                  yes   yes   yes           yes           yes     yes     yes  yes      yes    yes   yes   yes
personalTokens                                none  none  none          none          none    none    yes  yes      yes    yes   yes   yes
repositories                                  yes   yes   none          yes           none    none    none yes      yes    yes   yes   yes
repository                                    yes   yes   gone          yes           gone    gone    gone yes      yes    yes   yes   yes
role                                          no    yes   no            yes           no      yes     no   yes      yes    yes   yes   yes
roles                                         no    yes   no            yes           no      yes     no   yes      yes    yes   yes   yes
searchDomain                                  yes   yes   gone          yes           gone    gone    gone yes      yes    yes   yes   yes
searchDomains                                 yes   yes   none          yes           none    none    none yes      yes    yes   yes   yes
searchFleetInstallationTokens                 no    no    no            yes           no      no      no   no       no     yes   yes   yes
searchLogCollectorConfigurations              no    no    no            yes           no      no      no   no       no     yes   yes   yes
token                                         gone  yes   gone          yes           gone    gone    gone yes      yes    yes   yes   yes
tokens                                        none  yes   none          yes           none    yes     none yes      yes    yes   yes   yes
tokenPage                                     none  yes   none          yes           none    yes     yes  yes      yes    yes   yes   yes
tokenVisibility                               yes   yes   yes           yes           yes     yes     yes  yes      yes    yes   yes   yes
user                                          no    no    no            yes           no      no      no   no       no     yes   yes   yes
users                                         no    no    no            yes           no      no      no   no       no     yes   yes   yes
validateToken                                 no    no    no            yes           no      no      no   no       no     yes   yes   yes
viewer                                        no    no    no            no            no      no      yes  yes      yes    yes   yes   yes

addGroup                                      no    no    no            yes           no      no      no   no       no     yes   yes   yes
addIngestTokenV3                              no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
addUserV2                                     no    no    no            yes           no      no      no   no       no     yes   yes   yes
addUsersToGroup                               no    no    no            yes           no      no      no   no       no     yes   yes   yes
assignOrganizationRoleToGroup                 no    no    no            yes           no      no      no   no       no     yes   yes   yes
assignParserToIngestTokenV2                   no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
assignRoleToGroup                             no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
assignSystemRoleToGroup                       no    no    no            no            no      yes     no   no       no     no    yes   yes
assignUserRolesInSearchDomain                 no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
createFleetInstallToken                       no    no    no            yes           no      no      no   no       no     yes   yes   yes
createIPFilter                                no    no    no            yes           no      no      no   yes      yes    yes   yes   yes
createLogCollectorConfiguration               no    no    no            yes           no      no      no   no       no     yes   yes   yes
createOrganizationPermissionsToken            no    no    no            yes           no      no      no   no       no     yes   yes   yes
createOrganizationPermissionsTokenV2          no    no    no            yes           no      no      no   no       no     yes   yes   yes
createParserV2                                no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
createPersonalUserToken                       no    no    no            no            no      no      yes  yes      yes    yes   yes   no
createPersonalUserTokenV2                     no    no    no            no            no      no      yes  yes      yes    yes   yes   no
createRepository                              no    no    no            yes           no      no      no   no       no     yes   yes   yes
createRole                                    no    no    no            yes           no      no      no   no       no     yes   yes   yes
createSignInLink                              no    no    no            no            no      no      no   no       no     yes   yes   yes
createSystemPermissionsToken                  no    no    no            no            no      yes     no   no       no     no    yes   yes
createSystemPermissionsTokenV2                no    no    no            no            no      yes     no   no       no     no    yes   yes
createView                                    no    no    no            yes           no      no      no   no       no     yes   yes   yes
createViewPermissionsToken                    no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
createViewPermissionsTokenV2                  no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
deleteFleetInstallToken                       no    no    no            yes           no      no      no   no       no     yes   yes   yes
deleteIPFilter                                no    no    no            yes           no      no      no   yes      yes    yes   yes   yes
deleteLogCollectorConfiguration               no    no    no            yes           no      no      no   no       no     yes   yes   yes
deleteParser                                  no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
deleteSearchDomain                            no    no    no            yes           no      no      no   yes      yes    yes   yes   yes
deleteToken                                   no    yes   no            yes           no      gone    gone yes      yes    yes   yes   yes
disableFeature                                no    no    no            no            no      yes     no   no       no     no    yes   yes
enableFeature                                 no    no    no            no            no      yes     no   no       no     no    yes   yes
publishLogCollectorConfiguration              no    no    no            yes           no      no      no   no       no     yes   yes   yes
removeGroup                                   no    no    no            yes           no      no      no   no       no     yes   yes   yes
removeIngestToken                             no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
removeRole                                    no    no    no            yes           no      no      no   no       no     yes   yes   yes
removeUser                                    no    no    no            yes           no      no      no   no       no     yes   yes   yes
removeUsersFromGroup                          no    no    no            yes           no      no      no   no       no     yes   yes   yes
renameSearchDomain                            no    yes   no            yes           no      no      no   yes      yes    yes   yes   yes
revokeSession                                 no    no    no            yes           no      no      no   no       no     yes   yes   yes
regenerateFleetInstallToken                   no    no    no            yes           no      no      no   no       no     yes   yes   yes
resetFeature                                  no    no    no            no            no      yes     no   no       no     no    yes   yes
rotateToken                                   no    yes   no            no            no      gone    gone yes      yes    yes   yes   yes
s3ConfigureArchiving                          no    never no            no            no      no      no   never    never  never never never
s3DisableArchiving                            no    never no            no            no      no      no   never    never  never never never
s3EnableArchiving                             no    never no            no            no      no      no   never    never  never never never
setAutomaticSearching                         no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
updateDescriptionForSearchDomain              no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
updateDraftLogCollectorConfiguration          no    no    no            yes           no      no      no   no       no     yes   yes   yes
updateFleetInstallTokenConfigId               no    no    no            yes           no      no      no   no       no     yes   yes   yes
updateFleetInstallTokenName                   no    no    no            yes           no      no      no   no       no     yes   yes   yes
updateGroup                                   no    no    no            yes           no      no      no   no       no     yes   yes   yes
unassignIngestToken                           no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
unassignOrganizationRoleFromGroup             no    no    no            yes           no      no      no   no       no     yes   yes   yes
unassignRoleFromGroup                         no    yes   no            yes           no      no      no   yes      yes    yes   yes   yes
unassignSystemRoleFromGroup                   no    no    no            no            no      yes     no   no       no     no    yes   yes
updateIPFilter                                no    no    no            yes           no      no      no   yes      yes    yes   yes   yes
updateLogCollectorConfigurationDescription    no    no    no            yes           no      no      no   no       no     yes   yes   yes
updateLogCollectorConfigurationName           no    no    no            yes           no      no      no   no       no     yes   yes   yes
updateOrganizationPermissionsTokenPermissions no    no    no            yes           no      no      no   no       no     yes   yes   yes
updateOrganizationRoot                        no    no    no            no            no      no      no   no       no     no    yes   yes
updateRole                                    no    no    no            yes           no      no      no   no       no     yes   yes   yes
updateParserV2                                no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
updateRetention                               no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
updateSystemPermissionsTokenPermissions       no    no    no            no            no      yes     no   no       no     no    yes   yes
updateTokenSecurityPolicies                   no    no    no            yes           no      no      no   yes      yes    yes   yes   yes
updateUser                                    no    no    no            yes           no      no      no   no       no     yes   yes   yes
updateView                                    no    gone  no            no            no      no      no   gone     gone   yes   yes   yes
updateViewPermissionsTokenPermissions         no    yes   no            no            no      no      no   yes      yes    yes   yes   yes
`;

const [header, ...rows] = matrix
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => line.trim().split(/\s+/u));
const expected = new Map(rows.map(([field, ...verdicts]) => [field, verdicts]));

function verdict({ data, errors }: Answer, field: string): string {
  const [error] = errors;
  if (error !== undefined) {
    const { code } = error.extensions;
    if (code === "BAD_INPUT" && neverCarriedOut.includes(field)) return "never";
    return { NOT_ALLOWED: "no", NOT_FOUND: "gone" }[code] ?? error.message;
  }
  const value: unknown = data?.[field];
  const empty = Array.isArray(value)
    ? value.length === 0
    : typeof value === "object" && value !== null && "totalResults" in value && value.totalResults === 0;
  return empty ? "none" : "yes";
}

const schema = makeSchema({ extensions: true });
const queryFields = Object.keys(schema.getQueryType()?.getFields() ?? {});
const mutationFields = Object.keys(schema.getMutationType()?.getFields() ?? {});

describe("the table of rules", () => {
  it("has a row for every root field of the contract, and no other", () => {
    expect(Object.keys(queryRules).toSorted()).toEqual(queryFields.toSorted());
    expect(Object.keys(mutationRules).toSorted()).toEqual(mutationFields.toSorted());
  });

  it("is tested for every root field and every kind of caller", () => {
    expect([...expected.keys()].toSorted()).toEqual([...queryFields, ...mutationFields].toSorted());
    expect(header).toEqual([...callerNames]);
    for (const verdicts of expected.values()) expect(verdicts).toHaveLength(callerNames.length);
  });

  it("denies in LogScale's words", () => {
    for (const { denial } of [...Object.values(queryRules), ...Object.values(mutationRules)]) {
      expect(denial).toMatch(/^$|^[A-Z].* not allowed$/u);
    }
  });
});

describeOnBothDatabasesInTime("every root field", (open) => {
  let server: TestServer;
  let world: Callers;
  let before: Awaited<ReturnType<typeof dump>>;
  beforeAll(async () => {
    ({ server, world, initial: before } = await openCallers(open));
    return () => server.app.close();
  });

  it.each([...queryFields, ...mutationFields])("%s answers exactly the callers whom the matrix names", async (field) => {
    const isMutation = mutationFields.includes(field);
    const document = `${isMutation ? "mutation" : "query"} { ${requests(world)[field]} }`;
    const { db } = server.store;
    const wanted = new Map(callerNames.map((caller, index) => [caller, expected.get(field)?.[index]]));
    const found = new Map<string, string>();
    const askAs = async (caller: (typeof callerNames)[number]) => {
      const answer = await ask(server, world.bearer[caller], document);
      expect(answer.status).toBe(200);
      found.set(caller, verdict(answer, field));
    };
    // Those who are to be refused come first and are looked after together, since a look takes as long as several requests.
    for (const caller of callerNames) if (wanted.get(caller) !== "yes") await askAs(caller);
    expect(await dump(db), "somebody was refused, and it was done").toEqual(before);
    for (const caller of callerNames) {
      if (wanted.get(caller) !== "yes") continue;
      await askAs(caller);
      if (!isMutation) continue;
      const after = await dump(db);
      expect(after, `${caller} was told it is done`).not.toEqual(before);
      await restore(db, before, after);
    }
    expect(found).toEqual(wanted);
  });

  it.each([...queryFields, ...mutationFields])("%s answers nobody without a valid credential", async (field) => {
    const document = `${mutationFields.includes(field) ? "mutation" : "query"} { ${requests(world)[field]} }`;
    for (const stranger of strangerNames) {
      const answer = await ask(server, stranger === "nobody" ? undefined : world.bearer[stranger], document);
      expect(answer.status, stranger).toBe(stranger === "filtered out" ? 403 : 401);
      expect(answer.data).toBeNull();
    }
    expect(await dump(server.store.db)).toEqual(before);
  });
});
