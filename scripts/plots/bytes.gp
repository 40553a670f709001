# SPDX-License-Identifier: GPL-2.0-only
# Octets on the air by layer: the mechanism's messages, and what carries them.
format = ARG1; output = ARG2
panels = 1
load 'common.gp'
b = c_bytes_device; a = c_bytes_air
about = 'Octets on the new device''s link, by layer'
eval heading
eval reach(a)
set xrange [0:STATS_max]
eval place(1)
set xlabel 'octets'
# What several devices hear at once counts once as a message: never more than what was on the air.
message(x) = column(b) < column(a) ? column(b) : column(a)
plot 'bars.dat' using (0):1:(0):(message(0)):($1-half):($1+half) \
        with boxxyerror lc rgb dark title 'protocol messages', \
     '' using (0):1:(message(0)):(column(a)):($1-half):($1+half) with boxxyerror lc rgb light \
        title 'headers, fragments, repeats, acknowledgements', \
     '' using (low(a)):1:(span(a)):(0) with vectors as 9 notitle, \
     '' using (column(a)+column(a+1)):1:(sprintf(' %.0f', column(a))) with labels left font ',11' notitle
