/* SPDX-License-Identifier: GPL-2.0-only */
(function () {
    'use strict';
    var table = document.querySelector('table.sortable');

    /* A link to an account opens it. */
    function open_target() {
        var e = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
        for (var p = e; p; p = p.parentElement)
            if (p.tagName === 'DETAILS') p.open = true;
        if (e) e.scrollIntoView();
    }
    window.addEventListener('hashchange', open_target);
    open_target();

    /* Paper cannot be unfolded. */
    var folded = [];
    window.addEventListener('beforeprint', function () {
        folded = Array.prototype.slice.call(document.querySelectorAll('details:not([open])'));
        folded.forEach(function (d) { d.open = true; });
    });
    window.addEventListener('afterprint', function () {
        folded.forEach(function (d) { d.open = false; });
    });
    if (!table) return;

    var body = table.tBodies[0], rows = Array.prototype.slice.call(body.rows);
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);

    /* Numbers by their exact value, texts by the alphabet; what is missing stands last. */
    function key(row, c) {
        var cell = row.cells[c], v = cell.getAttribute('data-v');
        if (v !== null) return Number(v);
        var text = cell.textContent.trim();
        if (cell.className === 'n') return text === '-' || text === '' ? null : parseFloat(text);
        return text.toLowerCase();
    }
    function compare(a, b, up) {
        if (a === null || b === null) return (a === null) - (b === null);
        if (a === b) return 0;
        return (a < b) === up ? -1 : 1;
    }
    function sort(c) {
        var up = heads[c].getAttribute('aria-sort') !== 'ascending';
        heads.forEach(function (h, i) {
            h.setAttribute('aria-sort', i !== c ? 'none' : up ? 'ascending' : 'descending');
        });
        rows.map(function (row, i) { return { row: row, key: key(row, c), i: i }; })
            .sort(function (a, b) { return compare(a.key, b.key, up) || a.i - b.i; })
            .forEach(function (x) { body.appendChild(x.row); });
    }
    heads.forEach(function (h, c) {
        h.querySelector('button').addEventListener('click', function () { sort(c); });
    });

    var form = document.getElementById('filter'), count = document.getElementById('f-count');
    var text = document.getElementById('f-text'), of_class = document.getElementById('f-class');
    var survives = document.getElementById('f-survives');
    function shown(row) {
        var words = text.value.toLowerCase().split(/\s+/), all = row.textContent.toLowerCase();
        return words.every(function (w) { return all.indexOf(w) >= 0; }) &&
            (!of_class.value || row.getAttribute('data-class') === of_class.value) &&
            (!survives || !survives.value ||
             row.getAttribute('data-survives').split(' ').indexOf(survives.value) >= 0);
    }
    function filter() {
        var n = 0;
        rows.forEach(function (row) {
            row.hidden = !shown(row);
            n += row.hidden ? 0 : 1;
        });
        count.textContent = n + ' of ' + rows.length + ' rows';
    }
    form.addEventListener('input', filter);
    form.addEventListener('reset', function () { setTimeout(filter, 0); });
    form.addEventListener('submit', function (e) { e.preventDefault(); });
    form.hidden = false;
    filter();
})();
