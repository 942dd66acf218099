import { SLOW } from './slow.ts';
import { hostileTable } from './table.ts';

hostileTable(SLOW, { together: true });
