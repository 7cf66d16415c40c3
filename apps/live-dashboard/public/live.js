// @ts-check
const rowHeight = 30;
const keep = 10_000;
/** @type {(id: string) => HTMLElement} */
const $ = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const scroller = $('scroller');
const space = $('space');
const filter = /** @type {HTMLInputElement} */ ($('filter'));

/** @typedef {{ time: number, type: string, key: string, at: string, offset: number, payload: string, headers: Record<string, string> }} Row */
/** @type {Row[]} */
let rows = [];
/** @type {Row[]} What the table shows, newest first. */
let shown = [];
/** @type {Record<string, number>} */
let handled = {};
/** @type {Map<string, string>} reason by place and offset */
const dead = new Map();
let totals = { accepted: 0, handled: 0, dead: 0 };
let paused = false;
let waiting = 0;
let selected = -1;
let scheduled = false;

/** @param {{ at: string, offset: number }} row */
const place = (row) => `${row.at} @${row.offset}`;
/** @param {Row} row */
const rowId = (row) => `row-${row.at.replaceAll('/', '-')}-${row.offset}`;
/** @param {Row} row */
const stage = (row) => (dead.has(place(row)) ? 'dead' : row.offset < (handled[row.at] ?? 0) ? 'handled' : 'accepted');
/** @param {Row} row */
const clock = (row) => new Date(row.time).toISOString().slice(11, 23);

function refilter() {
  const wanted = filter.value.trim().toLowerCase();
  const matches =
    wanted === ''
      ? rows
      : rows.filter((row) =>
          `${row.type} ${row.key} ${place(row)} ${stage(row)} ${row.payload}`.toLowerCase().includes(wanted),
        );
  const current = shown[selected];
  shown = matches.slice().reverse();
  selected = current === undefined ? -1 : shown.indexOf(current);
}

function draw() {
  scheduled = false;
  const first = Math.max(0, Math.floor(scroller.scrollTop / rowHeight) - 5);
  const last = Math.min(shown.length, first + Math.ceil(scroller.clientHeight / rowHeight) + 10);
  space.style.height = `${shown.length * rowHeight}px`;
  scroller.setAttribute('aria-rowcount', String(shown.length + 1));
  space.replaceChildren(...shown.slice(first, last).map((row, index) => rowElement(row, first + index)));
  const current = shown[selected];
  if (current) scroller.setAttribute('aria-activedescendant', rowId(current));
  for (const [name, count] of Object.entries(totals)) $(name).textContent = count.toLocaleString('en');
  $('status').textContent = paused
    ? `Paused, ${waiting} new`
    : filter.value
      ? `${shown.length} of ${rows.length} shown`
      : '';
}

function schedule() {
  if (!scheduled) requestAnimationFrame(draw);
  scheduled = true;
}

/** @param {Row} row @param {number} index */
function rowElement(row, index) {
  const element = document.createElement('div');
  element.className = 'row';
  element.id = rowId(row);
  element.style.top = `${index * rowHeight}px`;
  element.setAttribute('role', 'row');
  element.setAttribute('aria-rowindex', String(index + 2));
  element.setAttribute('aria-selected', String(index === selected));
  element.append(
    ...[clock(row), row.type, row.key, place(row), stage(row)].map((text) => {
      const cell = document.createElement('span');
      cell.setAttribute('role', 'gridcell');
      cell.textContent = text;
      return cell;
    }),
  );
  /** @type {HTMLElement} */ (element.lastElementChild).classList.add(stage(row));
  element.onclick = () => select(index, true);
  return element;
}

/** @param {number} index @param {boolean} [open] */
function select(index, open) {
  if (shown.length === 0) return;
  selected = Math.max(0, Math.min(shown.length - 1, index));
  const top = selected * rowHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  if (top + 2 * rowHeight > scroller.scrollTop + scroller.clientHeight)
    scroller.scrollTop = top + 2 * rowHeight - scroller.clientHeight;
  if (open || !$('detail').hidden) show(shown[selected]);
  schedule();
}

/** @param {Row | undefined} row */
function show(row) {
  $('detail').hidden = row === undefined;
  if (row === undefined) return;
  const [title, where] = /** @type {NodeListOf<HTMLElement>} */ ($('detail').querySelectorAll('h2, p'));
  title.textContent = row.type;
  where.textContent = `${place(row)}, ${stage(row)}${dead.has(place(row)) ? `: ${dead.get(place(row))}` : ''}`;
  try {
    $('payload').textContent = JSON.stringify(JSON.parse(row.payload), null, 2);
  } catch {
    $('payload').textContent = row.payload;
  }
  $('headers').textContent = Object.entries(row.headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

const moves = /** @type {Record<string, () => number>} */ ({
  ArrowDown: () => selected + 1,
  ArrowUp: () => selected - 1,
  Home: () => 0,
  End: () => shown.length - 1,
  PageDown: () => selected + Math.floor(scroller.clientHeight / rowHeight),
  PageUp: () => selected - Math.floor(scroller.clientHeight / rowHeight),
});
scroller.addEventListener('keydown', (event) => {
  const move = moves[event.key];
  if (move) {
    event.preventDefault();
    select(move());
  }
  if (event.key === 'Enter') show(shown[selected]);
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') show(undefined);
});
scroller.addEventListener('scroll', schedule, { passive: true });
window.addEventListener('resize', schedule);
filter.addEventListener('input', () => {
  refilter();
  schedule();
});
$('close').addEventListener('click', () => {
  show(undefined);
  scroller.focus();
});
$('pause').addEventListener('click', () => {
  paused = !paused;
  waiting = 0;
  $('pause').setAttribute('aria-pressed', String(paused));
  if (!paused) refilter();
  schedule();
});

const stream = new EventSource('stream');
// A new connection tells everything again.
stream.onopen = () => {
  rows = [];
  dead.clear();
};
stream.onmessage = ({ data }) => {
  for (const update of JSON.parse(data)) {
    if (update.rows) {
      rows.push(...update.rows);
      waiting += update.rows.length;
    }
    if (update.handled) handled = update.handled;
    totals = update.totals;
    for (const letter of update.dead ?? []) dead.set(place(letter), letter.reason);
  }
  rows = rows.slice(-keep);
  if (!paused) refilter();
  schedule();
};
schedule();
