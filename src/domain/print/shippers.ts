import {
  quoteForFilebeat,
  quoteForLogstash,
  quoteForRsyslog,
  quoteForSh,
  quoteForSyslogNg,
  quoteForYaml,
  quoteWithDollars,
} from "./quote.ts";

/** Where a shipper sends. */
export interface Target {
  /** URL of the server that takes data, without a slash at its end. */
  readonly server: string;
}

/** A ready-made configuration of a shipper. */
export interface ShipperConfiguration {
  readonly id: string;
  readonly label: string;
  /** Where it goes and what to adapt; a sentence or two. */
  readonly hint: string;
  /** The configuration with the token's value in its place. */
  readonly text: (token: string) => string;
}

interface Endpoint {
  readonly host: string;
  readonly port: string;
  readonly tls: boolean;
}

function endpointOf(server: string): Endpoint {
  const [, scheme, host = server, port] = /^(https?):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?/u.exec(server) ?? [];
  const tls = scheme !== "http";
  return { host, port: port ?? (tls ? "443" : "80"), tls };
}

/** Whether a value has characters that some of these programs treat in their own way; the result then needs a look. */
export function needsCare(token: string): boolean {
  return !/^[A-Za-z0-9._~+/=-]*$/u.test(token);
}

/** The configurations of what people send data with, in the order in which they are offered. */
export function configurations({ server }: Target): readonly ShipperConfiguration[] {
  const { host, port, tls } = endpointOf(server);
  const hec = `${server}/api/v1/ingest/hec`;
  const lines = (...texts: string[]) => texts.join("\n");
  return [
    {
      id: "curl",
      label: "curl",
      hint: "Sends one event from a shell. A space before the first line keeps it out of the history of most shells.",
      text: (token) =>
        lines(
          ` INGEST_TOKEN=${quoteForSh(token)}`,
          `curl -sS ${quoteForSh(`${server}/api/v1/ingest/humio-unstructured`)} \\`,
          `  -H "Authorization: Bearer $INGEST_TOKEN" \\`,
          `  -H 'Content-Type: application/json' \\`,
          `  -d '[{"messages": ["hello from curl"]}]'`,
        ),
    },
    {
      id: "collector",
      label: "LogScale Collector",
      hint: "Goes into config.yaml of the LogScale Collector. Name your own files under include.",
      text: (token) =>
        lines(
          "sources:",
          "  files:",
          "    type: file",
          "    include: /var/log/*.log",
          "    sink: logscale",
          "sinks:",
          "  logscale:",
          "    type: humio",
          `    url: ${quoteForYaml(server)}`,
          `    token: ${quoteForYaml(token)}`,
        ),
    },
    {
      id: "fluent-bit",
      label: "Fluent Bit",
      hint: "Goes into fluent-bit.yaml. Name your own files under path.",
      text: (token) =>
        lines(
          "pipeline:",
          "  inputs:",
          "    - name: tail",
          "      path: /var/log/*.log",
          "  outputs:",
          "    - name: splunk",
          "      match: '*'",
          `      host: ${quoteForYaml(host)}`,
          `      port: ${port}`,
          `      tls: ${tls ? "on" : "off"}`,
          "      compress: gzip",
          `      splunk_token: ${quoteForYaml(token)}`,
        ),
    },
    {
      id: "vector",
      label: "Vector",
      hint: "Goes into vector.yaml. Name your own files under include.",
      text: (token) =>
        lines(
          "sources:",
          "  files:",
          "    type: file",
          "    include: [/var/log/*.log]",
          "sinks:",
          "  logscale:",
          "    type: humio_logs",
          "    inputs: [files]",
          `    endpoint: ${quoteWithDollars(server)}`,
          `    token: ${quoteWithDollars(token)}`,
          "    compression: gzip",
          "    encoding:",
          "      codec: json",
        ),
    },
    {
      id: "filebeat",
      label: "Filebeat",
      hint: "Goes into filebeat.yml. The user name is not looked at. Name your own files under paths.",
      text: (token) =>
        lines(
          "filebeat.inputs:",
          "  - type: filestream",
          "    id: logs",
          "    paths: [/var/log/*.log]",
          "output.elasticsearch:",
          `  hosts: [${quoteForYaml(`${tls ? "https" : "http"}://${host}:${port}/api/v1/ingest/elastic-bulk`)}]`,
          "  username: any",
          `  password: ${quoteForFilebeat(token)}`,
          "  compression_level: 5",
          "setup.ilm.enabled: false",
          "setup.template.enabled: false",
        ),
    },
    {
      id: "logstash",
      label: "Logstash",
      hint: "Goes into a file of the pipeline, such as /etc/logstash/conf.d/logscale.conf.",
      text: (token) =>
        lines(
          "input {",
          '  file { path => "/var/log/*.log" }',
          "}",
          "output {",
          "  http {",
          `    url => ${quoteForLogstash(`${server}/api/v1/ingest/json`)}`,
          '    http_method => "post"',
          '    format => "json_batch"',
          `    headers => { "Authorization" => ${quoteForLogstash(`Bearer ${token}`)} }`,
          "  }",
          "}",
        ),
    },
    {
      id: "otel",
      label: "OpenTelemetry Collector",
      hint: "Logs need the contrib distribution, which has the filelog receiver. Name your own files under include. Metrics and traces go to the same exporter.",
      text: (token) =>
        lines(
          "receivers:",
          "  filelog:",
          "    include: [/var/log/*.log]",
          "exporters:",
          "  otlphttp/logscale:",
          `    endpoint: ${quoteWithDollars(`${server}/api/v1/ingest/otlp`)}`,
          "    headers:",
          `      Authorization: ${quoteWithDollars(`Bearer ${token}`)}`,
          "service:",
          "  pipelines:",
          "    logs:",
          "      receivers: [filelog]",
          "      exporters: [otlphttp/logscale]",
        ),
    },
    {
      id: "rsyslog",
      label: "rsyslog",
      hint: "Goes into a file under /etc/rsyslog.d. Needs rsyslog's omhttp module, which is a package of its own on most systems.",
      text: (token) =>
        lines(
          'module(load="omhttp")',
          'template(name="Line" type="string" string="%rawmsg%\\n")',
          "action(",
          '  type="omhttp"',
          `  server=${quoteForRsyslog(host)}`,
          `  serverport="${port}"`,
          `  usehttps="${tls ? "on" : "off"}"`,
          '  restpath="api/v1/ingest/hec/raw"',
          '  httpcontenttype="text/plain"',
          '  httpheaderkey="Authorization"',
          `  httpheadervalue=${quoteForRsyslog(`Bearer ${token}`)}`,
          '  template="Line"',
          '  batch="on"',
          '  batch.format="newline"',
          '  batch.maxsize="100"',
          ")",
        ),
    },
    {
      id: "syslog-ng",
      label: "syslog-ng",
      hint: "Goes into a file under /etc/syslog-ng/conf.d. Put the name of your own source in place of s_src; Debian calls it so.",
      text: (token) =>
        lines(
          "destination d_logscale {",
          "  http(",
          `    url(${quoteForSyslogNg(`${hec}/raw`)})`,
          '    method("POST")',
          `    headers("Content-Type: text/plain", ${quoteForSyslogNg(`Authorization: Bearer ${token}`)})`,
          '    body("<${PRI}>1 ${ISODATE} ${HOST} ${PROGRAM} ${PID:--} - - ${MSG}")',
          '    delimiter("\\n")',
          "    batch-lines(100)",
          "    batch-timeout(1000)",
          "  );",
          "};",
          "log { source(s_src); destination(d_logscale); };",
        ),
    },
  ];
}
