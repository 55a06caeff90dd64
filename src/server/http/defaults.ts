/** What counts where a setting says nothing else. It stands apart from what heeds it, so that the command line is read without loading that. */

/** The largest body of data sent in, in bytes: 32 MiB, which Filebeat may send. */
export const defaultIngestBodyLimit = 33_554_432;

/** How long to wait for the cluster, in ms: long lists may take their time. */
export const defaultClusterTimeout = 60_000;
