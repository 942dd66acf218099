import type { Reporter } from '../model/material.ts';

export const oscal: Reporter = () => [];
