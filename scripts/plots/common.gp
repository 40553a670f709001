# SPDX-License-Identifier: GPL-2.0-only
# Shared by all figures, which are run as `gnuplot -c NAME.gp svg|png|pdf OUTPUT` in the folder of the data
# files. Figures of bars have set `format`, `output` and `panels` (charts beside one another); others set
# `width` and `height` of their own.
own_width = exists('width') ? width : 0
load 'style.gp'
head = 92                        # above the charts: title, caption, names of the charts
foot = 118                       # below: ticks, unit, key
panel_px = 400; number_px = 70   # a chart; of it for the numbers at the bars' ends
if (own_width) { width = own_width } else {
    height = head + 24*(row_high + 1.2) + foot
    if (!exists('panels')) { panels = 1 }
    width = label_px + panels*panel_px
    if (width < 640) { width = 640 }
}
load 'terminal.gp'

# Four classes and four parts, apart in lightness so that they stay apart in grey and for
# colour-blind readers; every area has a black border.
array class_fill[4] = ['#1f3a6e', '#f6d55c', '#b8471b', '#6db6e0']
array class_line[4] = ['#1f3a6e', '#c79a00', '#b8471b', '#2d8bc0']
array class_point[4] = [5, 7, 9, 13]
dark = '#1f3a6e'; light = '#6db6e0'; warm = '#b8471b'; grey = '#dcdcdc'

set style fill solid 1.0 border lc rgb '#000000'
set border 3 lc rgb '#444444'
half = 0.34

# Whiskers, as vectors from their lower end: a bar without spread has none.
set style arrow 9 heads nofilled size screen 5.0/width,90 lc rgb '#000000' lw 1
low(c) = column(c+1) > 0 ? column(c) - column(c+1) : NaN
span(c) = 2*column(c+1)

# Bars lie: names to their left, one row each, charts beside one another. `about` is the
# figure's title; `eval place(k)` puts the next plot into chart k of `panels` (1 = left); `eval reach(c)` makes its axis hold column c.
heading = sprintf("set label 91 about at screen 0.5, screen %.9g center font ',15'; "\
    ."set label 92 caption at screen 0.5, screen %.9g center font ',10' tc rgb '#444444'", \
    1 - 20.0/height, 1 - 44.0/height)
place(k) = sprintf("set lmargin at screen %.9g; set rmargin at screen %.9g; ", \
    (label_px + (k-1)*panel_px + 0.0)/width, (label_px + k*panel_px - number_px + 0.0)/width).\
    sprintf("set key at screen %.9g, screen %.9g; ", 0.5, 6.0/height).\
    sprintf("set xtics %.9g; ", round_step(STATS_max/(exists('unit') ? unit : 1.0))).\
    (k > 1 ? "unset label 91; unset label 92; unset ytics; " : "")
# A step of 1, 2 or 5 times a power of ten that gives an axis of that length three to six ticks.
tenth(v) = 10**floor(log10(v))
round_step(v) = !(v > 0) ? 1 : v/4 <= tenth(v/4) ? tenth(v/4) : v/4 <= 2*tenth(v/4) ? 2*tenth(v/4) : \
    v/4 <= 5*tenth(v/4) ? 5*tenth(v/4) : 10*tenth(v/4)
reach(c) = sprintf("set xrange [*:*]; set yrange [*:*]; "\
    ."stats 'bars.dat' using (column(%d)+column(%d)) nooutput; ", c, c+1).\
    "set yrange [row_high+0.6:-0.6] noextend"
# A step of an axis from 0 to `max` that makes at most five numbers, which then have room.
decade(max) = max > 0 ? 10**floor(log10(max/4.0)) : 1
step(max) = max/4.0 <= decade(max) ? decade(max) : max/4.0 <= 2*decade(max) ? 2*decade(max) : \
    max/4.0 <= 5*decade(max) ? 5*decade(max) : 10*decade(max)
set tmargin at screen 1 - (head + 0.0)/height
set bmargin at screen (foot + 0.0)/height
set grid xtics noytics back lc rgb '#dddddd' lt 1 lw 0.6
set xtics nomirror scale 0.5 font ',11'
set xlabel offset 0,0.4
set ytics nomirror scale 0 font ',11'
if (!own_width) {
    set ytics ()
    do for [i=1:bars] { set ytics add (names[i] row[i]) }
}
set key bottom center horizontal samplen 1.5 width 2 reverse Left

# A number with three digits, below a tenth two; whole ones without a fraction.
digits(v) = v == int(v) && abs(v) < 1e6 ? sprintf('%d', v) : \
    abs(v) >= 100 ? sprintf('%.0f', v) : abs(v) >= 10 ? sprintf('%.1f', v) : \
    abs(v) >= 1 ? sprintf('%.2f', v) : abs(v) >= 0.1 ? sprintf('%.3f', v) : sprintf('%.2g', v)
