# SPDX-License-Identifier: GPL-2.0-only
# What the user is asked for: acts, and the time that they take.
format = ARG1; output = ARG2
panels = 2
load 'common.gp'
n = c_user_acts; t = c_user_ms
about = 'What is asked of the user for one device'
eval heading
set multiplot
eval reach(n)
unit = 1.0
set xrange [0:(STATS_max > 0 ? STATS_max/unit : 1)]
eval place(1)
set title 'scans, taps, presses, comparisons' offset 0,-0.5
set xlabel 'acts'
plot for [c in classes] 'bars.dat' \
        using (0):($3==c ? $1 : NaN):(0):(column(n)/unit):($1-half):($1+half) \
        with boxxyerror lc rgb class_fill[c+1] title word(class_names, c+1), \
     '' using (low(n)/unit):1:(span(n)/unit):(0) with vectors as 9 notitle, \
     '' using ((column(n)+column(n+1))/unit):1:(' '.digits(column(n)/unit)) \
        with labels left font ',11' notitle
eval reach(t)
unit = STATS_max < 2000 ? 1.0 : 1000.0
set xrange [0:(STATS_max > 0 ? STATS_max/unit : 1)]
eval place(2)
unset key
set title 'time in which they act' offset 0,-0.5
set xlabel unit == 1 ? 'ms' : 's'
plot for [c in classes] 'bars.dat' \
        using (0):($3==c ? $1 : NaN):(0):(column(t)/unit):($1-half):($1+half) \
        with boxxyerror lc rgb class_fill[c+1] title word(class_names, c+1), \
     '' using (low(t)/unit):1:(span(t)/unit):(0) with vectors as 9 notitle, \
     '' using ((column(t)+column(t+1))/unit):1:(' '.digits(column(t)/unit)) \
        with labels left font ',11' notitle
unset multiplot
