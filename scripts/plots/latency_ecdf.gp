# SPDX-License-Identifier: GPL-2.0-only
# Which share of the runs had completed by when. A curve that ends below 1 has runs that did not complete.
format = ARG1; output = ARG2
load 'ecdf.gp'
columns = ecdf_panels < 3 ? ecdf_panels : 3
rows = int(ceil(1.0*ecdf_panels/columns))
wide = ecdf_panels == 1 ? 700 : 430
key_px = 120 + int(6.6*longest)   # with the line before a name and the margins
if (key_px > wide) { wide = key_px }
top = 74; tall = ecdf_panels == 1 ? 300 : 190
# Below a panel: ticks, name of the axis, a line for each curve.
most = 0
do for [k=1:ecdf_panels] { n = last[k] - first[k] + 1; most = n > most ? n : most }
line = 17; under = 54 + line*most
panel = tall + under + 26
width = columns*wide; height = top + rows*panel
load 'common.gp'
unset label
unset arrow
array hue[8] = ['#000000', '#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#c79a00', '#7f7f7f']
array dash[8] = [1, 1, 1, 2, 2, 2, 4, 4]
set multiplot
set xrange [ecdf_low:ecdf_high]
set yrange [0:1]
set ytics 0.25
if (ecdf_log) set logscale x
if (ecdf_log) set format x '%g'
if (ecdf_log) set xtics 10
set xtics scale 0.6 norotate center font ',11'
set grid xtics ytics back lc rgb '#dddddd' lt 1 lw 0.6
set label 91 'Share of the runs that had completed, by latency' at screen 0.5, screen 1 - 22.0/height \
    center font ',15'
set label 92 'runs that did not complete are censored at their end (Kaplan and Meier)' \
    at screen 0.5, screen 1 - 46.0/height center font ',10' tc rgb '#444444'
do for [k=1:ecdf_panels] {
    row = (k - 1)/columns; column_ = (k - 1) % columns
    left = column_*wide; base = height - top - row*panel - 26 - tall
    set lmargin at screen (left + 62.0)/width
    set rmargin at screen (left + wide - 22.0)/width
    set tmargin at screen (base + tall + 0.0)/height
    set bmargin at screen (base + 0.0)/height
    set title title[k] offset 0,-0.6
    set xlabel 'latency, s' offset 0,0.4
    set key at screen (left + 62.0)/width, screen (base - 44.0)/height top left vertical maxcols 1 \
        samplen 2.5 spacing 1.05 width 0 reverse Left font ',10'
    plot for [i=first[k]:last[k]] 'ecdf.dat' index i-1 using 1:2 with steps lw 1.6 \
        lc rgb hue[(i-first[k])%8+1] dt dash[(i-first[k])%8+1] title curve[i]
    unset label 91
    unset label 92
}
unset multiplot
