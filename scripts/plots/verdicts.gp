# SPDX-License-Identifier: GPL-2.0-only
# The worst verdict of each goal over the runs, by scenario and adversary; the word says it without
# the colour.
format = ARG1; output = ARG2
load 'matrix.gp'
height = 100 + 26*rows
width = label_px + goals*128 + 20
load 'common.gp'
unset label
unset arrow
load 'matrix.gp'
set lmargin at screen 1.0*label_px/width
set rmargin at screen 1 - 16.0/width
set bmargin at screen 36.0/height
set tmargin at screen 1 - 50.0/height
set title 'Verdicts: the worst of the runs' font ',15'
unset grid
unset key
set border 0
set xtics scale 0 norotate center
set ytics scale 0 font ',11'
set xrange [-0.5:goals-0.5]
set yrange [rows-0.5:-0.5] noextend
array fill[4] = ['#f4f4f4', '#6db6e0', '#f6d55c', '#b8471b']
array word_of[4] = ['not applicable', 'holds', 'never acted', 'broken']
plot for [v=0:3] 'verdicts.dat' using ($3==v ? $1 : NaN):2:(0.48):(0.45) \
        with boxxyerror fc rgb fill[v+1] notitle, \
     '' using ($3==3 ? NaN : $1):2:(word_of[$3+1]) with labels tc rgb '#000000' font ',11' notitle, \
     '' using ($3==3 ? $1 : NaN):2:(word_of[$3+1]) with labels tc rgb '#ffffff' font ',11' notitle
