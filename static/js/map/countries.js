// @ts-check
// The outlines of countries (Natural Earth) as rings of lon, lat, by ISO code.

import { mapInSlices } from "../panel/slices.js";

const topojson = /** @type {any} */ (window).topojson;

const sources = {
  coarse: new URL("../../vendor/world-atlas/countries-110m.json", import.meta.url),
  fine: new URL("../../data/countries-fine.json", import.meta.url),
};

/** ISO 3166-1: numeric code, then alpha-2. */
const codes = new Map(
  (
    "004AF008AL010AQ012DZ016AS020AD024AO028AG031AZ032AR036AU040AT044BS048BH050BD051AM052BB056BE060BM064BT068BO070BA072BW076BR084BZ086IO" +
    "090SB092VG096BN100BG104MM108BI112BY116KH120CM124CA132CV136KY140CF144LK148TD152CL156CN158TW170CO174KM178CG180CD184CK188CR191HR192CU" +
    "196CY203CZ204BJ208DK212DM214DO218EC222SV226GQ231ET232ER233EE234FO238FK239GS242FJ246FI248AX250FR258PF260TF262DJ266GA268GE270GM275PS" +
    "276DE288GH296KI300GR304GL308GD316GU320GT324GN328GY332HT334HM336VA340HN344HK348HU352IS356IN360ID364IR368IQ372IE376IL380IT384CI388JM" +
    "392JP398KZ400JO404KE408KP410KR414KW417KG418LA422LB426LS428LV430LR434LY438LI440LT442LU446MO450MG454MW458MY462MV466ML470MT478MR480MU" +
    "484MX492MC496MN498MD499ME500MS504MA508MZ512OM516NA520NR524NP528NL531CW533AW534SX540NC548VU554NZ558NI562NE566NG570NU574NF578NO580MP" +
    "583FM584MH585PW586PK591PA598PG600PY604PE608PH612PN616PL620PT624GW626TL630PR634QA642RO643RU646RW652BL654SH659KN660AI662LC663MF666PM" +
    "670VC674SM678ST682SA686SN688RS690SC694SL702SG703SK704VN705SI706SO710ZA716ZW724ES728SS729SD732EH740SR748SZ752SE756CH760SY762TJ764TH" +
    "768TG776TO780TT784AE788TN792TR795TM796TC800UG804UA807MK818EG826GB831GG832JE833IM834TZ840US850VI854BF858UY860UZ862VE876WF882WS887YE" +
    "894ZM"
  )
    .match(/.{5}/g)
    ?.map((pair) => [pair.slice(0, 3), pair.slice(3)]),
);

/** Countries that have no code in the data. */
const byName = /** @type {Record<string, string>} */ ({ Kosovo: "XK" });

/** @typedef {"coarse" | "fine"} Grain */
/** @typedef {[number, number][]} Ring lon, lat in degrees; runs on beyond ±180 instead of jumping */

/**
 * @typedef {object} Country
 * @property {string} code ISO 3166-1 alpha-2, or empty
 * @property {string} name in English, as the data has it
 * @property {Ring[][]} polygons each an outer ring and its holes
 */

/** The finer outlines are loaded after this promise. */
let held = Promise.resolve();

/**
 * Lets the finer outlines, which are large, wait for what a reader came for.
 * @param {Promise<void>} until
 */
export function holdDetail(until) {
  held = until;
}

/** Resolves when large files may be loaded. */
export const detailReleased = () => held;

/** @type {Map<Grain, Promise<Country[]>>} */
const loaded = new Map();

/**
 * @param {Grain} grain
 * @returns {Promise<Country[]>}
 */
export function countries(grain) {
  let promise = loaded.get(grain);
  if (!promise) {
    promise = load(grain);
    promise.catch(() => loaded.delete(grain));
    loaded.set(grain, promise);
  }
  return promise;
}

/**
 * @param {Grain} grain
 * @returns {Promise<Country[]>}
 */
async function load(grain) {
  if (grain === "fine") await held;
  const response = await fetch(sources[grain]);
  if (!response.ok) throw new Error(`outlines: ${response.status}`);
  const topology = await response.json();
  return mapInSlices(topology.objects.countries.geometries, (shape) => {
    const { id, properties, geometry } = topojson.feature(topology, shape);
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    return {
      code: codes.get(id) ?? byName[properties.name] ?? "",
      name: properties.name,
      polygons: polygons.map((/** @type {Ring[]} */ rings) => rings.map(unroll)),
    };
  });
}

/**
 * The data's rings run over the antimeridian; here their longitudes run on.
 * @param {Ring} ring
 * @returns {Ring}
 */
function unroll(ring) {
  let before = ring[0][0];
  return ring.map(([lon, lat]) => {
    before = lon - 360 * Math.round((lon - before) / 360);
    return [before, lat];
  });
}
