/* Which runs print a number, and how often: what the form of norms knows, apart from its picture. */

const CENTRAL = [0.005, 0.995]; // of the runs: what lies between is usual
const ENOUGH = 200; // runs: of fewer none lies as far out as that
const NEAR = 1.05; // a run prints "such a number" if it is within this factor of the typed one
const LEAST = 0.01; // of the runs of an explanation print such a number, or it is none
const NO_SLIP = 0; // of the causes, which also go before others that the same runs stand for
const APART = 3; // times as often as another: from then on a number speaks for one of the two

/** From [power, first, step, step, …] to rising numbers, as exact as if they were typed. */
const unpack = ([power, ...steps]) => {
  let sum = 0;
  return steps.map((step) => Number(`${(sum += step)}e${power}`));
};

/** The share of runs below a value: exact at the quantiles, on a logarithmic line between them. */
const shareBelow = ({ quantiles, shares }, value) => {
  if (value <= quantiles[0]) return 0;
  const above = quantiles.findIndex((each) => each >= value);
  if (above < 0) return 1;
  const [low, high] = [quantiles[above - 1], quantiles[above]];
  const part = Math.log(value / low) / Math.log(high / low);
  return shares[above - 1] + part * (shares[above] - shares[above - 1]);
};

const shareNear = (runs, value) => shareBelow(runs, value * NEAR) - shareBelow(runs, value / NEAR);

const quantile = ({ quantiles, shares }, share) => quantiles[shares.indexOf(share)];

/** The explanations with their runs; where ½‖w‖² is printed, its quantiles follow the norm's. */
const readExplanations = ({ explanations, runs, shares, causes }) =>
  explanations.map(([cause, edition, program, decay, index, squared]) => {
    const [seeds, ...packed] = runs[index];
    const norms = unpack(packed);
    const quantiles = squared ? norms.map((norm) => norm ** 2 / 2) : norms;
    const printed = `${index} ${squared}`; // the same runs may stand for several explanations
    return { cause, words: causes[cause], edition, program, decay, printed, runs: { seeds, quantiles, shares } };
  });

const isSame = (one, other) =>
  one.edition === other.edition && one.program === other.program && one.decay === other.decay;

/** The runs of the very settings that a reader chose; the first of an edition's are as it is. */
const findChosen = (explanations, chosen) => explanations.find((each) => isSame(each, chosen));

/** All that prints such a number, the most frequent first: a row per cause, edition and program.

    What needs no other program, λ or edition than those chosen has a row of its own.
    @returns [{words, own, share, settings: [{edition, program, decay}, …]}, …] */
const listRows = (explanations, chosen, value) => {
  const found = explanations
    .map((each) => ({ ...each, own: isSame(each, chosen), share: shareNear(each.runs, value) }))
    .filter(({ share }) => share >= LEAST)
    .sort((one, other) => other.own - one.own || one.cause - other.cause || other.share - one.share);
  const rows = new Map();
  const told = new Set();
  for (const { cause, words, own, share, printed, edition, program, decay } of found) {
    if (told.has(printed)) continue;
    told.add(printed);
    const key = own ? `${cause}` : `${cause} ${edition} ${program}`;
    if (!rows.has(key)) rows.set(key, { plain: cause === NO_SLIP, words, own, share, settings: [] });
    rows.get(key).settings.push({ edition, program, decay });
  }
  return [...rows.values()].sort((one, other) => other.share - one.share || other.own - one.own);
};

/** The rows of a usual number: no slip goes before what can't be told from it. */
const putPlainFirst = (rows) => {
  const plain = rows.find((row) => row.own && row.plain);
  if (!plain || plain.share * APART < rows[0].share) return rows;
  return [plain, ...rows.filter((row) => row !== plain)];
};

/** How many of the rows, from the first on, print such a number about as often as the first. */
const countEqual = (rows) => rows.filter(({ share }) => share * APART >= rows[0].share).length;

/** Name settings, of one edition and program those of all λ together. */
const nameSettings = ({ words, choices }, settings, chosen) => {
  const [editions, programs] = choices.map((choice) => Object.fromEntries(choice));
  const groups = new Map();
  for (const { edition, program, decay } of settings) {
    const key = `${edition} ${program}`;
    if (!groups.has(key)) groups.set(key, { edition, program, decays: [] });
    groups.get(key).decays.push(decay);
  }
  const texts = [...groups.values()].map(({ edition, program, decays }) => {
    const weight_decay = decays.sort((one, other) => one - other).join(words.comma);
    const text = edition === chosen.edition ? words.settings : words.settings_elsewhere;
    return fill(text, { edition: editions[edition], implementation: programs[program], weight_decay });
  });
  return texts.join(words.separator);
};

const writeRow = (data, row, chosen) => {
  const { words } = data;
  const share = fill(row.settings.length > 1 ? words.up_to : words.share, { count: Math.round(100 * row.share) });
  const settings = nameSettings(data, row.settings, chosen);
  const elsewhere = row.plain ? settings : fill(words.cause_elsewhere, { cause: row.words, settings });
  const what = row.own ? row.words : elsewhere;
  return fill(words.row, { what, share });
};

/** A typed norm without the digits that nobody needs. */
const writeTyped = (value) => (value >= 1e-4 && value < 1e6 ? String(Number(value.toPrecision(5))) : write(value));

/** What to say to a norm, or to a text that holds none.

    @returns {verdict, usual, rows: [text, …], closing}, with "" and [] where there is nothing to
      say; nothing at all where the words on divergence are needed. */
const answerTyped = (data, explanations, chosen, { value, reason, ...meanings }) => {
  const { words, first } = data;
  const said = (verdict) => ({ verdict, rows: [], closing: "" });
  if (reason === "diverged") return said("");
  if (reason) return said(fill(words.refused[reason], { example: first.at(-1), ...meanings }));
  const { runs } = findChosen(explanations, chosen);
  const share = shareBelow(runs, value);
  const low = share < 0.5;
  const beyond = value < runs.quantiles[0] || value > runs.quantiles.at(-1);
  const few = runs.seeds < ENOUGH;
  const usual = few ? !beyond : share >= CENTRAL[0] && share <= CENTRAL[1];
  const listed = listRows(explanations, chosen, value);
  const rows = usual ? putPlainFirst(listed) : listed;
  const numbers = {
    value: writeTyped(value),
    percent: Math.max(1, Math.min(99, Math.round(100 * share))),
    seeds: runs.seeds.toLocaleString("en"),
    beyond: Math.ceil(200 / (runs.seeds + 1)), // of 100: it is as likely as any other to be an end
    settings: nameSettings(data, [chosen], { edition: first[0] }),
    count: countEqual(rows),
  };
  const ends = beyond ? [words.smallest, words.largest] : [words.small, words.large];
  const doubt = beyond ? (few ? ` ${words.few}` : "") : ` ${words.chance}`;
  const verdict = usual ? words.usual : `${ends[low ? 0 : 1]}${doubt}`;
  const closing = () => {
    if (!rows.length) return words.unknown;
    if (rows.length === 1) return words.only;
    return numbers.count === 1 ? words.first : words.together;
  };
  const texts = rows.map((row) => writeRow(data, row, chosen));
  return { verdict: fill(verdict, numbers), usual, rows: texts, closing: fill(closing(), numbers) };
};
