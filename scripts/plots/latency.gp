# SPDX-License-Identifier: GPL-2.0-only
# Latency split into what the network, the processors and the user take; to the right without the user.
format = ARG1; output = ARG2
panels = 2
load 'common.gp'
a = c_network_ms; b = c_cpu_ms; d = c_user_ms; t = c_latency_ms; s = c_network_cpu_ms
about = 'Latency from the device''s start to the last commitment'
eval heading
set multiplot
eval reach(t)
unit = STATS_max < 2000 ? 1.0 : 1000.0
set xrange [0:STATS_max/unit]
eval place(1)
set title 'all' offset 0,-0.5
set xlabel unit == 1 ? 'ms' : 's'
plot 'bars.dat' using (0):1:((0)/unit):((column(a))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb dark title 'network and timers', \
     '' using (0):1:((column(a))/unit):((column(a)+column(b))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb warm title 'computing', \
     '' using (0):1:((column(a)+column(b))/unit):((column(a)+column(b)+column(d))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb grey title 'user', \
     '' using (low(t)/unit):1:(span(t)/unit):(0) with vectors as 9 notitle, \
     '' using ((column(t)+column(t+1))/unit):1:(' '.digits(column(t)/unit)) \
        with labels left font ',11' notitle
eval reach(s)
unit = STATS_max < 2000 ? 1.0 : 1000.0
set xrange [0:STATS_max/unit]
eval place(2)
unset key
set title 'without the user' offset 0,-0.5
set xlabel unit == 1 ? 'ms' : 's'
plot 'bars.dat' using (0):1:((0)/unit):((column(a))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb dark title 'network and timers', \
     '' using (0):1:((column(a))/unit):((column(a)+column(b))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb warm title 'computing', \
     '' using (low(s)/unit):1:(span(s)/unit):(0) with vectors as 9 notitle, \
     '' using ((column(s)+column(s+1))/unit):1:(' '.digits(column(s)/unit)) \
        with labels left font ',11' notitle
unset multiplot
