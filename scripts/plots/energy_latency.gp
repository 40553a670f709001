# SPDX-License-Identifier: GPL-2.0-only
# Energy against latency, both on logarithmic axes; the number beside a point is that of the key. Where
# the numbers stand, scatter.dat says: they must not cover one another.
format = ARG1; output = ARG2
load 'scatter.gp'
top = 56; under = 124   # above and below the drawing
width = 110 + int(area_x) + key_px
height = top + (17*key_lines > area_y + under ? 17*key_lines + 20 : int(area_y) + under)
load 'common.gp'
unset label
unset arrow
set bmargin at screen 1 - (top + area_y + 0.0)/height
set tmargin at screen 1 - 56.0/height
set lmargin at screen 90.0/width
set rmargin at screen (90 + area_x)/width
set title 'Energy against latency of the new device' font ',15' offset 0,0.5
set xlabel 'latency, s'
set ylabel 'energy, mJ'
middle = (90 + area_x/2.0)/width
set label 90 caption at screen middle, screen 1 - (top + area_y + 62.0)/height center font ',10' tc rgb '#444444'
if (cut) set label 89 'A whisker that would reach zero ends at a twentieth of its mean.' \
    at screen middle, screen 1 - (top + area_y + 80.0)/height center font ',10' tc rgb '#444444'
do for [c in classes] {
    set label 80+c word(class_names, c+1) at screen middle + (130.0*c - 225)/width, \
        screen 1 - (top + area_y + 106.0)/height left offset 1.4,0 font ',11' \
        point pt class_point[c+1] ps 1.2 lc rgb class_line[c+1]
}
set xtics scale 1 norotate center
set ytics scale 1
set logscale xy
set format '%g'
set xrange [scatter_x0:scatter_x1]
set yrange [scatter_y0:scatter_y1]
set grid xtics ytics back lc rgb '#dddddd' lt 1 lw 0.6
unset key # it would end with the drawing
do for [i=1:bars] {
    set label 100+i sprintf('%d  %s', i, names[i]) at screen (126 + area_x)/width, \
        screen 1 - (top - 4 + 17.0*i)/height left offset 1.4,0 \
        point pt class_point[class_of[i]+1] ps 1.2 lc rgb class_line[class_of[i]+1]
}
plot 'scatter.dat' using 1:2:($7-$1):($8-$2) with vectors nohead lc rgb '#888888' lw 0.7 notitle, \
     for [i=1:bars] 'scatter.dat' every ::i-1::i-1 using 1:2:3:4:5:6 \
        with xyerrorbars pt class_point[class_of[i]+1] ps 1.2 lc rgb class_line[class_of[i]+1] notitle, \
     '' using 9:10:11 with labels font ',11' notitle
