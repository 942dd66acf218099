import { BODIES } from './bodies.ts';
import { hostileTable } from './table.ts';

hostileTable(BODIES);
