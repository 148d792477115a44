/** @file The folder of the model that ships with the project. */
import { fileURLToPath } from 'node:url';

/** With a trailing slash. Valid from src/diffusion/model and dist/diffusion/model: both are three levels below the package. */
export const pocketFolder = fileURLToPath(new URL('../../../src/diffusion/pocket/', import.meta.url));
