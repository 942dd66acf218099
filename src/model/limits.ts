/** GitHub keeps this many annotations of a kind for a step; the last one is ours to say how many more there are. */
export const ANNOTATIONS_PER_KIND = 10;
/** Longest annotation message, in characters, that GitHub keeps. */
export const ANNOTATION_LENGTH = 4096;
/** A job summary above this many bytes is dropped as a whole by the runner (1 MiB a step). */
export const SUMMARY_BYTES = 1024 * 1024;
/** GitHub refuses the text of a comment or an issue above this many characters; no text has fewer bytes than characters. */
export const COMMENT_BYTES = 65_536;
/** A policy file of more bytes is not read, and none is written. */
export const POLICY_BYTES = 16 * 1024 * 1024;
/** More than a report of any tenant has. */
export const REPORT_BYTES = 1024 * 1024 * 1024;
/** A report of more bytes is not merged: as one text with all that it holds, it would take the memory of a small runner. */
export const MERGED_REPORT_BYTES = 256 * 1024 * 1024;
/** More than a manifest of any run has. */
export const MANIFEST_BYTES = 64 * 1024 * 1024;
/** Code scanning keeps this many results of a run, and drops others. */
export const SARIF_RESULTS = 5000;
/** All results of a SARIF file: GitHub takes 10 MB compressed, and nothing is larger compressed than it was by more than a trace. */
export const SARIF_BYTES = 8_000_000;
/** Rows of a sheet, the header among them, beyond which spreadsheets open nothing. */
export const SHEET_ROWS = 1_048_576;
/** Longest text of a cell in a workbook, in UTF-16 units. */
export const CELL_CHARACTERS = 32_767;
