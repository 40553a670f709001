# SPDX-License-Identifier: GPL-2.0-only
# Power of one device in time over one run, and the energy that it adds up to. The third argument names
# the data file and its settings.
format = ARG1; output = ARG2; data = ARG3.'.dat'
load './'.ARG3.'.gp'
width = 900; height = 620
load 'terminal.gp'
set lmargin at screen 84.0/width
set rmargin at screen 1 - 24.0/width
set border 3 lc rgb '#444444'
set grid xtics ytics back lc rgb '#dddddd' lt 1 lw 0.6
set xtics nomirror scale 0.5
set ytics nomirror scale 0.5
set style fill solid 1.0 noborder
array fill[4] = ['#eeeeee', '#bdbdbd', '#6db6e0', '#1f3a6e']
array state[4] = ['radio asleep or off', 'radio listening', 'receiving', 'sending']
warm = '#b8471b'
set multiplot
set label 91 'Power of the new device from its start to completion' \
    at screen 0.5, screen 1 - 20.0/height center font ',15'
set label 92 subtitle at screen 0.5, screen 1 - 44.0/height center font ',10' tc rgb '#444444'
set xrange [time_low:time_high]
set tmargin at screen 1 - 66.0/height
set bmargin at screen 1 - 340.0/height
set yrange [0:*]
set ylabel 'power, mW'
set xlabel 'time since power-on, s' offset 0,0.3
set key at screen 0.5, screen 12.0/height bottom center horizontal maxrows 1 samplen 1.5 width 1 reverse Left font ',11'
# Thin pieces keep a line of their colour: a frame of a millisecond is seen in a run of minutes.
plot for [s=0:3] data using ($5==s ? $1 : NaN):(0):1:2:(0):3 with boxxyerror lc rgb fill[s+1] notitle, \
     for [s=1:3] data using ($5==s ? $1 : NaN):(0):(0):3 with vectors nohead lc rgb fill[s+1] lw 1 notitle, \
     data using ($4>$3 ? $1 : NaN):3:1:2:3:4 with boxxyerror lc rgb warm notitle, \
     data using ($4>$3 ? $1 : NaN):3:(0):($4-$3) with vectors nohead lc rgb warm lw 1 notitle, \
     for [s=0:3] NaN with boxes lc rgb fill[s+1] title state[s+1], \
     NaN with boxes lc rgb warm title 'processor'
unset label 91
unset label 92
unset key
set tmargin at screen 1 - 392.0/height
set bmargin at screen 88.0/height
set ylabel 'energy so far, mJ'
plot data using 1:6:($2-$1):($7-$6) with vectors nohead lc rgb '#000000' lw 1.5 notitle
unset multiplot
