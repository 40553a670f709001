# SPDX-License-Identifier: GPL-2.0-only
# Protocol messages by mechanism, coloured by class.
format = ARG1; output = ARG2
panels = 1; body = 300
load 'common.gp'
eval place(1)
m = c_messages_device
stats 'bars.dat' using (column(m)+column(m+1)) nooutput
set yrange [0:1.12*STATS_max]
set title 'Protocol messages on the new device''s link' offset 0,1.2
set ylabel 'messages'
number(v) = v == int(v) ? sprintf('%d', v) : sprintf('%.1f', v)
plot for [c in classes] 'bars.dat' using ($3==c ? $1 : NaN):(column(m)):(box) \
        with boxes lc rgb class_fill[c+1] title word(class_names, c+1), \
     '' using 1:(low(m)):(0):(span(m)):xticlabels(2) \
        with vectors as 9 notitle, \
     '' using 1:(column(m)+column(m+1)):(number(column(m))) \
        with labels offset 0,0.7 font ',11' notitle
