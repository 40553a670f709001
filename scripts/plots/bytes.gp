# SPDX-License-Identifier: GPL-2.0-only
# Octets of protocol messages beside octets on the air.
format = ARG1; output = ARG2
panels = 1; body = 300
load 'common.gp'
eval place(1)
b = c_bytes_device; a = c_bytes_air
stats 'bars.dat' using (column(a)+column(a+1)) nooutput
set yrange [0:1.12*STATS_max]
set title 'Octets on the new device''s link' offset 0,1.2
set ylabel 'octets'
w = 0.42
plot 'bars.dat' using ($1-w/2):(column(b)):(w) with boxes lc rgb dark title 'protocol messages', \
     '' using ($1+w/2):(column(a)):(w) with boxes lc rgb light \
        title 'everything on the air', \
     '' using 1:(0):xticlabels(2) with dots lc rgb '#ffffff' notitle, \
     '' using ($1-w/2):(low(b)):(0):(span(b)) with vectors as 9 notitle, \
     '' using ($1+w/2):(low(a)):(0):(span(a)) with vectors as 9 notitle, \
     '' using ($1-w/2):(column(b)+column(b+1)):(sprintf('%.0f', column(b))) \
        with labels offset 0,0.7 font ',10' notitle, \
     '' using ($1+w/2):(column(a)+column(a+1)):(sprintf('%.0f', column(a))) \
        with labels offset 0,0.7 font ',10' notitle
