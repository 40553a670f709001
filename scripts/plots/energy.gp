# SPDX-License-Identifier: GPL-2.0-only
# Energy of the device split by the radio's states and the processor; to the right without idle listening.
format = ARG1; output = ARG2
panels = 2
load 'common.gp'
tx = c_tx_mj; rx = c_rx_mj; cpu = c_cpu_mj; idle = c_idle_mj
t = c_energy_mj; s = c_active_mj
about = 'Energy of the new device from its start to completion'
eval heading
set multiplot
eval reach(t)
unit = STATS_max < 2000 ? 1.0 : 1000.0
set xrange [0:STATS_max/unit]
eval place(1)
set title 'all' offset 0,-0.5
set xlabel unit == 1 ? 'mJ' : 'J'
plot 'bars.dat' using (0):1:((0)/unit):((column(tx))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb dark title 'sending', \
     '' using (0):1:((column(tx))/unit):((column(tx)+column(rx))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb light title 'receiving', \
     '' using (0):1:((column(tx)+column(rx))/unit):((column(tx)+column(rx)+column(cpu))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb warm title 'processor', \
     '' using (0):1:((column(tx)+column(rx)+column(cpu))/unit):((column(tx)+column(rx)+column(cpu)+column(idle))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb grey title 'idle listening', \
     '' using (low(t)/unit):1:(span(t)/unit):(0) with vectors as 9 notitle, \
     '' using ((column(t)+column(t+1))/unit):1:(' '.digits(column(t)/unit)) \
        with labels left font ',11' notitle
eval reach(s)
unit = STATS_max < 2000 ? 1.0 : 1000.0
set xrange [0:STATS_max/unit]
eval place(2)
unset key
set title 'without idle listening' offset 0,-0.5
set xlabel unit == 1 ? 'mJ' : 'J'
plot 'bars.dat' using (0):1:((0)/unit):((column(tx))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb dark title 'sending', \
     '' using (0):1:((column(tx))/unit):((column(tx)+column(rx))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb light title 'receiving', \
     '' using (0):1:((column(tx)+column(rx))/unit):((column(tx)+column(rx)+column(cpu))/unit):($1-half):($1+half) \
        with boxxyerror lc rgb warm title 'processor', \
     '' using (low(s)/unit):1:(span(s)/unit):(0) with vectors as 9 notitle, \
     '' using ((column(s)+column(s+1))/unit):1:(' '.digits(column(s)/unit)) \
        with labels left font ',11' notitle
unset multiplot
