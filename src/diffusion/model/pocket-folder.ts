/** @file Where the model that ships with the project lies. */
import { fileURLToPath } from 'node:url';

/** Ends in a slash. Right from src/diffusion/model and from dist/diffusion/model alike: both are three levels below the package. */
export const pocketFolder = fileURLToPath(new URL('../../../src/diffusion/pocket/', import.meta.url));
