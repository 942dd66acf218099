/** GitHub keeps this many annotations of a kind for a step; the last one is ours to say how many more there are. */
export const ANNOTATIONS_PER_KIND = 10;
/** Longest annotation message, in characters, that GitHub keeps. */
export const ANNOTATION_LENGTH = 4096;
/** A job summary above this many bytes is dropped as a whole by the runner (1 MiB a step). */
export const SUMMARY_BYTES = 1024 * 1024;
/** A policy file of more bytes is not read, and none is written. */
export const POLICY_BYTES = 16 * 1024 * 1024;
/** More than a report of any tenant has. */
export const REPORT_BYTES = 1024 * 1024 * 1024;
