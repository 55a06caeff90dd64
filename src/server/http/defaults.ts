/** What counts where a setting says nothing else. It stands apart from the code that uses it, which the command line then need not load. */

/** The largest body of data sent in, in bytes: 32 MiB, which Filebeat may send. */
export const defaultIngestBodyLimit = 33_554_432;

/** How long to wait for the cluster, in ms: long lists may take their time. */
export const defaultClusterTimeout = 60_000;
