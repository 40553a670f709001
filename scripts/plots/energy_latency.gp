# SPDX-License-Identifier: GPL-2.0-only
# Energy against latency, both on logarithmic axes; the number beside a point is that of the key. Where
# the numbers stand, scatter.dat says: they must not cover one another.
format = ARG1; output = ARG2
load 'scatter.gp'
height = 560
width = 700 + key_px
load 'common.gp'
unset label
unset arrow
set bmargin at screen 96.0/height
set tmargin at screen 1 - 56.0/height
set lmargin at screen 90.0/width
set rmargin at screen 680.0/width
set title 'Energy against latency of the new device' offset 0,0.5
set xlabel 'latency, s'
set ylabel 'energy, mJ'
set label 90 caption at screen 385.0/width, screen 22.0/height center font ',10' tc rgb '#444444'
set xtics scale 1 norotate center
set ytics scale 1
set logscale xy
set format '%g'
set xrange [scatter_x0:scatter_x1]
set yrange [scatter_y0:scatter_y1]
set grid xtics ytics back lc rgb '#dddddd' lt 1 lw 0.6
set key at screen 700.0/width, screen 1 - 56.0/height top left vertical samplen 1 width 0 reverse Left
plot 'scatter.dat' using 1:2:($7-$1):($8-$2) with vectors nohead lc rgb '#888888' lw 0.7 notitle, \
     for [i=1:bars] 'scatter.dat' every ::i-1::i-1 using 1:2:3:4:5:6 \
        with xyerrorbars pt class_point[class_of[i]+1] ps 1.2 lc rgb class_line[class_of[i]+1] \
        title sprintf('%d %s', i, names[i]), \
     '' using 9:10:11 with labels font ',11' notitle
