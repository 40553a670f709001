# SPDX-License-Identifier: GPL-2.0-only
# Protocol messages by mechanism, coloured by class.
format = ARG1; output = ARG2
panels = 1
load 'common.gp'
m = c_messages_device
about = 'Protocol messages on the new device''s link'
eval heading
eval reach(m)
set xrange [0:STATS_max]
eval place(1)
set xlabel 'messages'
number(v) = v == int(v) ? sprintf(' %d', v) : sprintf(' %.1f', v)
plot for [c in classes] 'bars.dat' \
        using (0):($3==c ? $1 : NaN):(0):(column(m)):($1-half):($1+half) \
        with boxxyerror lc rgb class_fill[c+1] title word(class_names, c+1), \
     '' using (low(m)):1:(span(m)):(0) with vectors as 9 notitle, \
     '' using (column(m)+column(m+1)):1:(number(column(m))) with labels left font ',11' notitle
