/** @file A data folder can be deleted as soon as its database is closed. */

import { createHome, homeAt } from 'file:///C:/app/node_modules/lora-bridge/dist/store/home.js';
import { openStore } from 'file:///C:/app/node_modules/lora-bridge/dist/store/store.js';
import { existsSync, mkdirSync, rmSync } from 'node:fs';

const folder = 'D:\\closed';
mkdirSync(folder, { recursive: true });
const home = homeAt(folder);
createHome(home);
const store = await openStore(home);
store.jobs.next();
await store.database.close();
rmSync(folder, { recursive: true });
if (existsSync(folder)) throw new Error(`${folder} is still there.`);
console.log('deleted at once');
