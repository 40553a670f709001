# SPDX-License-Identifier: GPL-2.0-only
# What an adversary's interference cost: each run less its undisturbed twin.
format = ARG1; output = ARG2
load 'rows.gp'
wide = 330; text = 150
height = 136 + 24*rows
width = label_px + 3*wide
load 'common.gp'
unset label
unset arrow
unset key
load 'rows.gp'
set multiplot
set border 1
set grid xtics noytics back lc rgb '#dddddd' lt 1 lw 0.6
set yrange [rows-0.5:-0.5] noextend
set ytics scale 0 font ',11'
eval row_names
set tmargin at screen 1 - 92.0/height
set bmargin at screen 44.0/height
set label 91 'Cost under attack: run less the same run without its adversary' \
    at screen 0.5, screen 1 - 22.0/height center font ',15'
set label 92 'means with 95 % intervals of the differences; linear near zero, logarithmic further out' \
    at screen 0.5, screen 1 - 44.0/height center font ',10' tc rgb '#444444'
set arrow 93 from first 0, graph 0 to first 0, graph 1 nohead lc rgb '#666666' lw 1
do for [k=1:3] {
    set lmargin at screen (label_px + (k-1)*wide + 8.0)/width
    set rmargin at screen (label_px + k*wide - text + 0.0)/width
    eval sprintf("end = end_%d; eval ticks_%d; set title title_%d", k, k, k)
    set xtics scale 0.5 norotate center font ',10'
    set xrange [-end:end]
    c = 4*k - 2
    # A number stands to the right of the panel, in its row.
    plot 'cost.dat' using (column(c+1)):1:(column(c+2)-column(c+1)):(0) with vectors as 9 notitle, \
         '' using (column(c)):1 with points pt 7 ps 0.8 lc rgb dark notitle, \
         '' using (end):1:(sprintf('  %s', stringcolumn(c+3))) with labels left font ',10' notitle
    unset ytics
    unset label 91
    unset label 92
}
unset multiplot
