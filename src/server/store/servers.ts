/** The addresses of the single servers in one that may name several, as libpq reads it: hosts with their ports, separated by commas. */
export function eachServer(databaseUrl: string): readonly string[] {
  const [, scheme = "", credentials = "", servers = "", rest = ""] =
    /^(postgres(?:ql)?:\/\/)((?:[^/?#]*@)?)([^/?#]*)(.*)$/su.exec(databaseUrl) ?? [];
  if (!servers.includes(",")) return [databaseUrl];
  return servers.split(",").map((server) => `${scheme}${credentials}${server}${rest}`);
}
