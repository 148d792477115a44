/** @file `npm run unity-apis`: writes the list of the Unity APIs that the package uses, and its window in words, into its documentation. */
import { runCSharpTests } from './csharp/tests.js';

process.env.LORA_BRIDGE_WRITE_LIST = '1';
const counts = await runCSharpTests('ApiListTests|WindowTreeTests');
if (typeof counts === 'string') console.error(`C# cannot be built: ${counts}.`);
if (typeof counts === 'string' || counts.passed !== 2) process.exitCode = 1;
