import { FORMAT_FILES } from '../model/formats.ts';
import type { Material, Reporter } from '../model/material.ts';
import type { Report, Result } from '../model/report.ts';
import { SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH } from './html/assets.ts';
import {
  evidenceSection,
  exceptionsSection,
  problemsSection,
  resolvedSection,
  rulesSection,
  runSection,
  sinceSection,
  warningsSection,
} from './html/details.ts';
import { findingsSection } from './html/findings.ts';
import { constant, type Markup, html as markup } from './html/markup.ts';
import { cellsByFinding, matrixOf } from './html/matrix.ts';
import { entitlementsSection, matrixSection } from './html/matrix-view.ts';
import { masthead, verdictBanner } from './html/verdict.ts';
import { verdict } from './wording.ts';

/** One page for people, which needs nothing but itself: no network, and only its own script and style may run. */
export const html: Reporter = (material) => [{ name: FORMAT_FILES.html, chunks: page(material) }];

/**
 * Nothing is loaded, sent or embedded, and nothing runs but the two blocks with these hashes. The icon is a `data:` URL, so
 * that a browser does not ask a server for one. No script may turn text into markup.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src '${SCRIPT_HASH}'`,
  `style-src '${STYLE_HASH}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const ICON_COLOURS = {
  'in-sync': '13703c',
  drift: 'b42318',
  'could-not-check': 'b86e00',
} as const satisfies Record<Result, string>;

function* page({ report, access }: Material): Generator<string> {
  yield String(head(report));
  yield String(verdictBanner(report));
  // What somebody may have would look like a judgement, and there is none without a verdict.
  const matrix = access && report.result !== 'could-not-check' ? matrixOf(access()) : undefined;
  yield String(navigation(report, matrix !== undefined));
  yield* texts([problemsSection(report), resolvedSection(report)]);
  yield* texts(findingsSection(report, matrix && cellsByFinding(matrix)));
  if (matrix) {
    yield* texts(matrixSection(matrix));
    yield String(entitlementsSection(matrix));
  }
  yield* texts([
    sinceSection(report),
    rulesSection(report),
    exceptionsSection(report),
    evidenceSection(report),
    warningsSection(report),
    runSection(report),
  ]);
  yield String(foot());
}

function* texts(parts: Iterable<Markup | undefined>): Generator<string> {
  for (const part of parts) if (part) yield String(part);
}

function head(report: Report): Markup {
  const { headline } = verdict(report, (text) => text);
  const icon = `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Crect width='8' height='8' rx='2' fill='%23${ICON_COLOURS[report.result]}'/%3E%3C/svg%3E`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${constant(CONTENT_SECURITY_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<title>${headline} – Leapsome Access Policy</title>
<link rel="icon" href="${icon}">
<style>${constant(STYLE)}</style>
<script type="module">${constant(SCRIPT)}</script>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${masthead(report)}<main id="main" tabindex="-1">
`;
}

/** The parts that there are, in the order in which they stand. */
function navigation(report: Report, hasMatrix: boolean): Markup {
  const targets: readonly (readonly [string, string, boolean])[] = [
    ['problems', 'Why there is no answer', report.problems.length > 0],
    ['resolved', 'Resolved', (report.preview?.resolved.length ?? 0) > 0],
    ['findings', 'Findings', true],
    ['matrix', 'Who has what', hasMatrix],
    ['entitlements', 'Groups and roles', hasMatrix],
    ['since', 'Since the last run', report.since !== undefined],
    ['rules', 'Rules', report.rules.length > 0],
    ['exceptions', 'Exceptions', report.exceptions.length > 0],
    ['evidence', 'Completeness', true],
    ['run', 'This run', true],
  ];
  return markup`<nav aria-label="Parts of this report"><ul>
${targets.map(
  ([id, title, exists]) =>
    exists &&
    markup`<li><a href="#${id}">${title}</a></li>
`,
)}</ul></nav>
`;
}

function foot(): Markup {
  return markup`</main>
<footer>This page is one file. It loads nothing and sends nothing.</footer>
</body>
</html>
`;
}
