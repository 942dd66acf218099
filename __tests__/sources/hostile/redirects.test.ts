import { REDIRECTS_AND_CONNECTIONS } from './redirects.ts';
import { hostileTable } from './table.ts';

hostileTable(REDIRECTS_AND_CONNECTIONS);
