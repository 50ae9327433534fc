// @ts-check
// The embedded map: the map alone, and a link to the page.

import * as api from "./lib/api.js";
import * as connection from "./lib/connection.js";
import { must } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { addLayerSwitch } from "./map/layers.js";
import { notify } from "./lib/notice.js";
import { Stage } from "./map/stage.js";
import { State, writeAddress } from "./lib/state.js";

const state = new State();
let failed = false;
const stage = new Stage(state, {
  drawn() {
    failed = false;
    notify("empty", stage.isEmpty ? t("empty.filters") : "");
  },
  fail(error) {
    if (api.isAbort(error)) return;
    failed = true;
    notify("error", error instanceof api.ApiError ? error.message : t("error.page"));
  },
});
addLayerSwitch(must("#layers"), state);
connection.watch((up) => {
  notify("connection", up ? "" : t("notice.gone"));
  if (up && failed) stage.load();
});

const link = /** @type {HTMLAnchorElement} */ (must("#whole"));
const write = () => (link.href = writeAddress(state.shape, "/"));
state.on(["view", "filters", "period", "by", "layer", "selected", "theme"], write);
write();
stage.load();
