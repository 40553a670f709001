/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs inside the report by WebDriver's "execute async": looks at the page as a reader does and answers
   with one line, "ok ..." or the faults. Neither // comments nor backslashes: the file is sent as one line. */
var answer = arguments[arguments.length - 1];
var faults = [], counts = {};
function fault(text) { if (faults.length < 20) faults.push(text); }
function check(good, text) { if (!good) fault(text); }
function all(what, in_) { return Array.from((in_ || document).querySelectorAll(what)); }
function pause() { return new Promise(function (go) { setTimeout(go, 0); }); }
function name(e) { return e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + ' ' + e.textContent.trim().slice(0, 30); }

function structure() {
    var ids = all('[id]').map(function (e) { return e.id; });
    ids.forEach(function (id, i) { check(ids.indexOf(id) === i, 'id twice: ' + id); });
    check(document.documentElement.lang === 'en', 'no language');
    check(all('h1').length === 1 && all('main').length === 1 && all('nav').length === 1, 'landmarks');
    var level = 0;
    all('h1,h2,h3,h4,h5').forEach(function (h) {
        check(Number(h.tagName[1]) <= level + 1, 'level left out before ' + name(h));
        level = Number(h.tagName[1]);
    });
    all('table').forEach(function (t) {
        check(t.caption && t.caption.textContent.trim(), 'table without caption');
        check(t.tHead, 'table without head');
    });
    all('th').forEach(function (h) { check(h.scope === 'col' || h.scope === 'row', 'no scope: ' + name(h)); });
    all('input,select').forEach(function (e) { check(e.labels.length, 'no label: ' + name(e)); });
    all('.scroll').forEach(function (e) {
        check(e.tabIndex === 0 && e.getAttribute('aria-label') + e.getAttribute('aria-labelledby') !== 'nullnull',
              'region that scrolls without focus or name: ' + e.className);
    });
    counts.tables = all('table').length;
}

function pictures() {
    var svg = all('svg');
    svg.forEach(function (s, i) {
        var box = s.getBoundingClientRect();
        var named = s.getAttribute('aria-label') || s.querySelector('title') || s.closest('[aria-label],[aria-hidden]');
        check(named, 'picture ' + i + ' has no name');
        check(s.closest('details:not([open])') || (box.width > 100 && box.height > 50), 'picture ' + i + ' is not drawn');
    });
    check(svg.length > 3, 'few pictures');
    check(!performance.getEntriesByType('resource').length, 'the page loaded something');
    var width = document.documentElement.clientWidth;
    all('body *').forEach(function (e) {
        check(e.className === 'skip' || e.parentElement.closest('.scroll,svg') || e.getBoundingClientRect().right <= width + 1,
              'wider than the window: ' + name(e));
    });
    all('h1,h2,h3,h4,p,li,dt,dd,summary,figcaption,label,button,output').forEach(function (e) {
        check(e.closest('.scroll') || e.scrollWidth <= Math.max(e.clientWidth, 1) || getComputedStyle(e).display === 'inline',
              'text wider than its box: ' + name(e));
    });
    check(document.documentElement.scrollWidth <= width, 'the page is wider than the window: ' +
          document.documentElement.scrollWidth + ' of ' + width);
    counts.pictures = svg.length;
}

async function links() {
    var inside = all('a[href^="#"]');
    for (var a of inside) {
        var target = document.getElementById(a.getAttribute('href').slice(1));
        if (!target) { fault('link to nowhere: ' + a.getAttribute('href')); continue; }
        all('details').forEach(function (d) { d.open = false; });
        a.click();
        await pause();
        await pause();
        var box = target.getBoundingClientRect();
        check(location.hash === a.getAttribute('href'), 'link does not lead: ' + name(a));
        check(!target.closest('details') || target.closest('details').open, 'stays shut: ' + name(target));
        check(box.top < window.innerHeight && box.bottom >= 0, 'out of sight: ' + name(target));
    }
    all('a:not([href^="#"])').forEach(function (a) { check(a.protocol === 'https:', 'odd link: ' + a.href); });
    var broken = all('.matrix td a.bad');
    broken.forEach(function (a) {
        check(document.querySelector('details.account' + a.getAttribute('href')), 'no account: ' + name(a));
    });
    check(broken.length > 0, 'no broken cell to look at');
    counts.links = inside.length;
    counts.broken = broken.length;
}

function value(row, c) {
    var cell = row.cells[c], v = cell.getAttribute('data-v');
    return v !== null ? Number(v) : cell.className === 'n' ? parseFloat(cell.textContent) : cell.textContent.trim().toLowerCase();
}
function ordered(body, c, up) {
    var values = Array.from(body.rows).map(function (r) { return value(r, c); });
    values = values.filter(function (v) { return typeof v === 'string' || !isNaN(v); });
    return values.every(function (v, i) { return !i || (up ? values[i - 1] <= v : values[i - 1] >= v); });
}
function sorting(table) {
    var heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0], changed = 0;
    heads.forEach(function (h, c) {
        ['ascending', 'descending'].forEach(function (way, i) {
            var before = body.textContent;
            h.querySelector('button').click();
            changed += before !== body.textContent;
            check(ordered(body, c, !i), way + ' by ' + name(h) + ' is not');
            heads.forEach(function (o) {
                check(o.getAttribute('aria-sort') === (o === h ? way : 'none'), 'aria-sort of ' + name(o) + ' after ' + name(h));
            });
        });
    });
    check(changed > 5, 'sorting moves no row');
    counts.columns = heads.length;
}

function seen(table) { return Array.from(table.tBodies[0].rows).filter(function (r) { return r.offsetHeight > 0; }); }
function filter(table, field, word, fits) {
    var rows = Array.from(table.tBodies[0].rows), wanted = rows.filter(fits), form = document.getElementById('filter');
    field.value = word;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    var now = seen(table);
    check(now.length === wanted.length && now.every(fits), 'filter ' + field.id + ' = ' + word);
    check(document.getElementById('f-count').textContent === wanted.length + ' of ' + rows.length + ' rows', 'count of ' + word);
    form.reset();
    return new Promise(function (go) { setTimeout(go, 20); }).then(function () {
        check(seen(table).length === rows.length, 'reset does not show all');
        return now.length < rows.length;
    });
}
async function filtering(table) {
    var acted = 0, text = document.getElementById('f-text');
    for (var word of ['eap-psk', 'SSH', 'nothing-has-this'])
        acted += await filter(table, text, word, function (r) { return r.textContent.toLowerCase().includes(word.toLowerCase()); });
    check(acted === 3, 'words that filter nothing');
    for (var id of ['f-class', 'f-survives']) {
        var field = document.getElementById(id), data = id.replace('f-', '');
        var options = Array.from(field.options).map(function (o) { return o.value; }).filter(Boolean);
        check(options.length, 'nothing to choose in ' + id);
        for (var v of options)
            await filter(table, field, v, function (r) { return r.dataset[data].split(' ').includes(v); });
    }
}

(async function () {
    var table = document.querySelector('table.sortable');
    structure();
    pictures();
    await links();
    sorting(table);
    await filtering(table);
    answer(faults.length ? faults.join('; ') : 'ok ' + Object.keys(counts).map(function (k) { return counts[k] + ' ' + k; }).join(', '));
})().catch(function (e) { answer('the script failed: ' + e); });
