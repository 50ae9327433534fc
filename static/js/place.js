// @ts-check
// The place page's map.

import { makeMinimap } from "./minimap.js";

makeMinimap();
