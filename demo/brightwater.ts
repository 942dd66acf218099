/*
 * The tables that Brightwater is told in. `company.ts` reads them.
 */

/** Groups by the short key that the table of people uses. */
export const GROUPS = {
  everyone: 'Everyone at Brightwater',
  executive: 'Executive Team',
  managers: 'People Managers',
  'people-ops': 'People Ops',
  payroll: 'Payroll Admins',
  compensation: 'Compensation Reviewers',
  calibration: 'Calibration Panel',
  // The policy still knows it as "Survey Owners".
  survey: 'Engagement Survey Owners',
  engineering: 'Engineering',
  'on-call': 'Platform | On-call',
  design: 'Design Guild',
  finance: 'Finance',
  sales: 'Sales',
  contractors: 'Contractors',
  council: 'Works Council',
  berlin: 'Office Berlin',
  lisbon: 'Office Lisbon',
  // Nobody wrote this one into the policy.
  cycling: 'Weekend Cycling Club',
} as const;

/** What a department brings with it. */
export const DEPARTMENTS: Record<string, { costCenter: string; division: string; businessUnit: string }> = {
  Executive: { costCenter: 'CC-100', division: 'Corporate', businessUnit: 'Brightwater Holding' },
  People: { costCenter: 'CC-110', division: 'Corporate', businessUnit: 'Brightwater Holding' },
  Finance: { costCenter: 'CC-120', division: 'Corporate', businessUnit: 'Brightwater Holding' },
  Legal: { costCenter: 'CC-130', division: 'Corporate', businessUnit: 'Brightwater Holding' },
  Engineering: { costCenter: 'CC-200', division: 'Technology', businessUnit: 'Brightwater Software' },
  Product: { costCenter: 'CC-210', division: 'Technology', businessUnit: 'Brightwater Software' },
  Design: { costCenter: 'CC-220', division: 'Technology', businessUnit: 'Brightwater Software' },
  Sales: { costCenter: 'CC-300', division: 'Market', businessUnit: 'Brightwater Software' },
  Marketing: { costCenter: 'CC-310', division: 'Market', businessUnit: 'Brightwater Software' },
  'Customer Success': { costCenter: 'CC-320', division: 'Market', businessUnit: 'Brightwater Software' },
};

/**
 * One person a line.
 *
 * Groups: what somebody has by hand on top of the automatic ones; `-key` takes an automatic one away.
 * Notes: external · council (works council) · until DATE (end date) · left DATE (end date, account deactivated) ·
 * also NAME (a further manager) · mentor (in the group of mentors, which SCIM does not know) · on leave ·
 * invited, pre-boarding (not in use yet, which SCIM calls active all the same).
 */
export const PEOPLE = `
address                 | name                 | department       | level        | title                      | manager            | location | start      | groups              | notes
adaeze.okonkwo          | Adaeze Okonkwo       | Executive        | Chief        | Chief Executive Officer    |                    | Berlin   | 2014-03-01 |                     |

henrik.solberg          | Henrik Solberg       | Engineering      | Chief        | Chief Technology Officer   | adaeze.okonkwo     | Berlin   | 2014-03-01 |                     |
mei.chen                | Mei Chen             | Engineering      | Head         | Head of Platform           | henrik.solberg     | Berlin   | 2016-09-01 | calibration         |
lukas.brandt            | Lukas Brandt         | Engineering      | Head         | Head of Applications       | henrik.solberg     | Lisbon   | 2017-01-15 | calibration         |
samir.patel             | Samir Patel          | Engineering      | Lead         | Lead Platform Engineer     | mei.chen           | Berlin   | 2018-04-01 | managers on-call    | mentor
elif.yildiz             | Elif Yıldız          | Engineering      | Lead         | Lead Mobile Engineer       | lukas.brandt       | Berlin   | 2019-02-01 | managers            |
juergen.mueller         | Jürgen Müller        | Engineering      | Senior       | Site Reliability Engineer  | samir.patel        | Berlin   | 2018-11-01 | on-call             | council
chris.null              | Christopher Null     | Engineering      | Senior       | Database Engineer          | samir.patel        | Remote   | 2020-06-15 | on-call             |
agnieszka.nowak         | Agnieszka Nowak      | Engineering      | Senior       | Security Engineer          | mei.chen           | Berlin   | 2020-10-01 | on-call             |
daniel.weiss            | Daniel Weiß          | Engineering      | Senior       | Backend Engineer           | lukas.brandt       | Berlin   | 2019-05-01 | cycling             |
fatima.zahra            | Fatima-Zahra Idrissi | Engineering      | Professional | Backend Engineer           | lukas.brandt       | Lisbon   | 2021-03-01 |                     |
goncalo.pires           | Gonçalo Pires        | Engineering      | Professional | Frontend Engineer          | lukas.brandt       | Lisbon   | 2021-08-16 | cycling             |
hannah.schulz           | Hannah Schulz        | Engineering      | Professional | Android Engineer           | elif.yildiz        | Berlin   | 2022-01-10 |                     |
isaac.mensah            | Isaac Mensah         | Engineering      | Professional | iOS Engineer               | elif.yildiz        | Remote   | 2022-05-01 |                     |
jakub.svoboda           | Jakub Svoboda        | Engineering      | Junior       | Frontend Engineer          | lukas.brandt       | Berlin   | 2024-09-01 |                     |
kiri.tamihana           | Kiri Tamihana        | Engineering      | Junior       | Data Engineer              | samir.patel        | Berlin   | 2025-02-01 |                     |
lena.vogt@kestrel.example  | Lena Vogt         | Engineering      | Senior       | Cloud Consultant           | mei.chen           | Remote   | 2025-10-01 |                     | external
omar.farouk@kestrel.example | Omar Farouk      | Engineering      | Senior       | Test Consultant            | elif.yildiz        | Remote   | 2025-06-01 |                     | external, until 2031-05-31

priya.raman             | Priya Raman          | Product          | Chief        | Chief Product Officer      | adaeze.okonkwo     | Berlin   | 2016-02-01 |                     |
noah.lindgren           | Noah Lindgren        | Product          | Head         | Head of Product            | priya.raman        | Berlin   | 2018-08-01 | calibration design  |
zoe.laurent             | Zoë Laurent          | Product          | Senior       | Product Manager            | noah.lindgren      | Lisbon   | 2020-03-01 | design              |
patrick.byrne           | Patrick Byrne        | Product          | Professional | Product Manager            | noah.lindgren      | Remote   | 2022-11-01 |                     | invited
quynh.tran              | Quỳnh Trần           | Product          | Professional | Product Analyst            | noah.lindgren      | Berlin   | 2023-04-01 |                     |

ruth.abara              | Ruth Abara           | Design           | Head         | Head of Design             | priya.raman        | Berlin   | 2017-10-01 |                     | mentor
stefan.kraus            | Stefan Kraus         | Design           | Senior       | Product Designer           | ruth.abara         | Berlin   | 2019-09-01 |                     | council
teresa.gomes            | Teresa Gomes         | Design           | Professional | Product Designer           | ruth.abara         | Lisbon   | 2021-05-03 |                     | also zoe.laurent
umar.siddiqui           | Umar Siddiqui        | Design           | Junior       | UX Writer                  | ruth.abara         | Lisbon   | 2024-03-01 |                     | on leave

joana.teixeira          | Joana Teixeira       | People           | Chief        | Chief People Officer       | adaeze.okonkwo     | Lisbon   | 2015-06-01 | compensation survey |
bjoern.angstroem        | Björn Ångström       | People           | Head         | Head of People Operations  | joana.teixeira     | Berlin   | 2017-03-01 | compensation survey |
vera.costa              | Vera Costa           | People           | Lead         | Lead Talent Partner        | bjoern.angstroem   | Lisbon   | 2019-01-07 | managers            | mentor
wanjiru.kamau           | Wanjiru Kamau        | People           | Senior       | People Partner             | bjoern.angstroem   | Berlin   | 2020-07-01 | survey              |
xenia.petrova           | Xenia Petrova        | People           | Professional | Recruiter                  | vera.costa         | Berlin   | 2022-02-01 | cycling             |
ines.carvalho           | Inês Carvalho        | People           | Junior       | People Coordinator         | bjoern.angstroem   | Lisbon   | 2026-10-01 | -people-ops         |
kai.lang@kestrel.example | Kai Lang            | People           | Senior       | Compensation Consultant    | joana.teixeira     | Remote   | 2026-02-01 | compensation        | external, until 2031-01-31

marta.kowalczyk         | Marta Kowalczyk      | Finance          | Chief        | Chief Financial Officer    | adaeze.okonkwo     | Berlin   | 2015-01-05 | payroll             |
paolo.ricci             | Paolo Ricci          | Finance          | Lead         | Lead Payroll Accountant    | marta.kowalczyk    | Berlin   | 2018-02-01 | payroll managers    |
yuki.tanaka             | Yuki Tanaka          | Finance          | Senior       | Compensation Analyst       | marta.kowalczyk    | Berlin   | 2020-01-13 | payroll compensation |
amelie.roux             | Amélie Roux          | Finance          | Professional | Accountant                 | paolo.ricci        | Lisbon   | 2021-11-01 |                     |
bruno.salgado           | Bruno Salgado        | Finance          | Junior       | Accounts Payable Clerk     | paolo.ricci        | Lisbon   | 2024-06-01 |                     |
viktor.hansen           | Viktor Hansen        | Finance          | Senior       | Controller                 | marta.kowalczyk    | Berlin   | 2017-05-01 | finance             | left 2026-06-30

cecilia.holm            | Cecilia Holm         | Legal            | Head         | Head of Legal              | adaeze.okonkwo     | Berlin   | 2018-05-01 |                     |
dmitri.volkov           | Dmitri Volkov        | Legal            | Senior       | Data Protection Officer    | cecilia.holm       | Berlin   | 2019-11-04 |                     | also joana.teixeira

declan.o'neill          | Declan O'Neill       | Sales            | Chief        | Chief Revenue Officer      | adaeze.okonkwo     | Lisbon   | 2016-07-01 |                     |
esperanza.diaz          | Esperanza Díaz       | Sales            | Head         | Head of Sales EMEA         | declan.o'neill     | Lisbon   | 2018-10-01 | calibration         |
rafael.ortiz            | Rafael Ortiz         | Sales            | Senior       | Sales Operations Manager   | esperanza.diaz     | Lisbon   | 2019-06-01 | payroll             |
florian.d'arcy          | Florian D'Arcy       | Sales            | Senior       | Account Executive          | esperanza.diaz     | Berlin   | 2020-09-01 |                     |
giulia.ferri            | Giulia Ferri         | Sales            | Professional | Account Executive          | esperanza.diaz     | Remote   | 2021-04-01 |                     |
silvia.moretti          | Silvia Moretti       | Sales            | Professional | Account Executive          | esperanza.diaz     | Lisbon   | 2021-09-01 |                     | until 2026-01-31
hugo.almeida            | Hugo Almeida         | Sales            | Junior       | Sales Development          | rafael.ortiz       | Lisbon   | 2024-01-08 | cycling             |
ilse.vandamme           | Ilse Van Damme       | Sales            | Junior       | Sales Development          | rafael.ortiz       | Berlin   | 2025-03-01 |                     |
mateus.rocha            | Mateus Rocha         | Sales            | Professional | Account Executive          | esperanza.diaz     | Lisbon   | 2020-02-01 |                     | left 2025-03-31

oluwaseun.adeyemi       | Oluwaseun Adeyemi    | Marketing        | Head         | Head of Marketing          | declan.o'neill     | Berlin   | 2026-09-01 |                     |
greta.lindholm          | Greta Lindholm       | Marketing        | Head         | Head of Marketing          | declan.o'neill     | Berlin   | 2017-08-01 |                     | left 2026-08-31
nadia.haddad            | Nadia Haddad         | Marketing        | Senior       | Employer Brand Manager     | oluwaseun.adeyemi  | Berlin   | 2020-05-01 | calibration         |
tom.becker              | Tom Becker           | Marketing        | Junior       | Content Marketer           | greta.lindholm     | Berlin   | 2024-10-01 |                     |
rosa.jimenez            | Rosa Jiménez         | Marketing        | Professional | @Home Campaign Manager     | oluwaseun.adeyemi  | Lisbon   | 2022-08-01 |                     |

astrid.nygaard          | Astrid Nygaard       | Customer Success | Head         | Head of Customer Success   | declan.o'neill     | Berlin   | 2018-12-01 | calibration         |
ben.carter              | Ben Carter           | Customer Success | Lead         | Lead Onboarding Manager    | astrid.nygaard     | Berlin   | 2020-08-01 | managers            | mentor
clara.meyer             | Clara Meyer          | Customer Success | Professional | Customer Success Manager   | astrid.nygaard     | Berlin   | 2021-07-01 |                     | council
emre.aydin              | Emre Aydın           | Customer Success | Professional | Support Engineer           | ben.carter         | Remote   | 2023-01-09 |                     | pre-boarding
farah.nasser            | Farah Nasser         | Customer Success | Junior       | Support Agent              | ben.carter         | Lisbon   | 2025-05-01 |                     |
piet.visser@kestrel.example | Piet Visser      | Customer Success | Professional | Support Agent              | ben.carter         | Remote   | 2024-04-01 |                     | external, left 2025-09-30
`;

/** One access role a line; what `system` says is Leapsome's name for a role that every tenant has. */
export const ROLES = `
name               | scope        | system     | active | holders
Super Admin        | none         | superAdmin | yes    | joana.teixeira bjoern.angstroem
HR Admin           | roleSpecific | hrAdmin    | yes    | bjoern.angstroem wanjiru.kamau
Compensation Admin | userSpecific |            | yes    | joana.teixeira yuki.tanaka
Survey Admin       | roleSpecific |            | yes    | joana.teixeira wanjiru.kamau rafael.ortiz
Review Admin       | roleSpecific |            | yes    | bjoern.angstroem vera.costa
Import Admin       | none         |            | no     |
`;
