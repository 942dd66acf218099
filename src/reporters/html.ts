import type { Reporter } from '../model/material.ts';

export const html: Reporter = () => [];
