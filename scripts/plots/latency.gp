# SPDX-License-Identifier: GPL-2.0-only
# Latency split into what the network, the processors and the user take; below, without the user.
format = ARG1; output = ARG2
panels = 2; body = 270
load 'common.gp'
a = c_network_ms; b = c_cpu_ms; d = c_user_ms; t = c_latency_ms; s = c_network_cpu_ms
set multiplot
eval place(1)
stats 'bars.dat' using (column(t)+column(t+1)) nooutput
unit = STATS_max < 2000 ? 1.0 : 1000.0
set yrange [0:1.12*STATS_max/unit]
set title 'Latency from the device''s start to the last commitment' offset 0,1.2
set ylabel unit == 1 ? 'ms' : 's'
plot 'bars.dat' using 1:(0):($1-half):($1+half):(0):(column(a)/unit) \
        with boxxyerror lc rgb dark title 'network and timers', \
     '' using 1:(0):($1-half):($1+half):(column(a)/unit):((column(a)+column(b))/unit) \
        with boxxyerror lc rgb warm title 'computing', \
     '' using 1:(0):($1-half):($1+half):((column(a)+column(b))/unit):\
        ((column(a)+column(b)+column(d))/unit) with boxxyerror lc rgb grey title 'user', \
     '' using 1:(low(t)/unit):(0):(span(t)/unit):xticlabels(2) \
        with vectors as 9 notitle, \
     '' using 1:((column(t)+column(t+1))/unit):(digits(column(t)/unit)) \
        with labels offset 0,0.7 font ',11' notitle
eval place(2)
set yrange [*:*]
stats 'bars.dat' using (column(s)+column(s+1)) nooutput
unit = STATS_max < 2000 ? 1.0 : 1000.0
set yrange [0:1.12*STATS_max/unit]
set title 'The same without the user' offset 0,1.2
set ylabel unit == 1 ? 'ms' : 's'
plot 'bars.dat' using 1:(0):($1-half):($1+half):(0):(column(a)/unit) \
        with boxxyerror lc rgb dark title 'network and timers', \
     '' using 1:(0):($1-half):($1+half):(column(a)/unit):((column(a)+column(b))/unit) \
        with boxxyerror lc rgb warm title 'computing', \
     '' using 1:(low(s)/unit):(0):(span(s)/unit):xticlabels(2) \
        with vectors as 9 notitle, \
     '' using 1:((column(s)+column(s+1))/unit):(digits(column(s)/unit)) \
        with labels offset 0,0.7 font ',11' notitle
unset multiplot
