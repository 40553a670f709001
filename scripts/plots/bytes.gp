# SPDX-License-Identifier: GPL-2.0-only
# Octets on the air by layer; to the right without what the link layer repeated.
format = ARG1; output = ARG2
panels = 2
load 'common.gp'
m = c_air_message; n = c_air_network; l = c_air_link; r = c_air_repeated
t = c_bytes_air; s = c_air_once
about = 'Octets on the new device''s link, by layer'
eval heading
set multiplot
eval reach(t)
set xrange [0:STATS_max]
set xtics step(STATS_max)
eval place(1)
set title 'all' offset 0,-0.5
set xlabel 'octets'
plot 'bars.dat' using (0):1:(0):(column(m)):($1-half):($1+half) \
        with boxxyerror lc rgb dark title 'protocol messages', \
     '' using (0):1:(column(m)):(column(m)+column(n)):($1-half):($1+half) \
        with boxxyerror lc rgb light title 'IP, UDP, TCP, 6LoWPAN', \
     '' using (0):1:(column(m)+column(n)):(column(m)+column(n)+column(l)):($1-half):($1+half) \
        with boxxyerror lc rgb warm title 'link layer', \
     '' using (0):1:(column(m)+column(n)+column(l)):(column(m)+column(n)+column(l)+column(r)):($1-half):($1+half) \
        with boxxyerror lc rgb grey title 'repeated by it', \
     '' using (low(t)):1:(span(t)):(0) with vectors as 9 notitle, \
     '' using (column(t)+column(t+1)):1:(sprintf(' %.0f', column(t))) with labels left font ',11' notitle
eval reach(s)
set xrange [0:STATS_max]
set xtics step(STATS_max)
eval place(2)
unset key
set title 'without repeated frames' offset 0,-0.5
set xlabel 'octets'
plot 'bars.dat' using (0):1:(0):(column(m)):($1-half):($1+half) \
        with boxxyerror lc rgb dark title 'protocol messages', \
     '' using (0):1:(column(m)):(column(m)+column(n)):($1-half):($1+half) \
        with boxxyerror lc rgb light title 'IP, UDP, TCP, 6LoWPAN', \
     '' using (0):1:(column(m)+column(n)):(column(m)+column(n)+column(l)):($1-half):($1+half) \
        with boxxyerror lc rgb warm title 'link layer', \
     '' using (low(s)):1:(span(s)):(0) with vectors as 9 notitle, \
     '' using (column(s)+column(s+1)):1:(sprintf(' %.0f', column(s))) with labels left font ',11' notitle
unset multiplot
