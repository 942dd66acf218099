import { PAGING } from './paging.ts';
import { hostileTable } from './table.ts';

hostileTable(PAGING);
