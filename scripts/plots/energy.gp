# SPDX-License-Identifier: GPL-2.0-only
# Energy of the device split by the radio's states and the processor; below, without idle listening.
format = ARG1; output = ARG2
panels = 2; body = 270
load 'common.gp'
tx = c_tx_mj; rx = c_rx_mj; cpu = c_cpu_mj; idle = c_idle_mj
t = c_energy_mj; s = c_active_mj
set multiplot
eval place(1)
stats 'bars.dat' using (column(t)+column(t+1)) nooutput
unit = STATS_max < 2000 ? 1.0 : 1000.0
set yrange [0:1.12*STATS_max/unit]
set title 'Energy of the new device from its start to completion' offset 0,1.2
set ylabel unit == 1 ? 'mJ' : 'J'
plot 'bars.dat' using 1:(0):($1-half):($1+half):(0):(column(tx)/unit) \
        with boxxyerror lc rgb dark title 'sending', \
     '' using 1:(0):($1-half):($1+half):(column(tx)/unit):((column(tx)+column(rx))/unit) \
        with boxxyerror lc rgb light title 'receiving', \
     '' using 1:(0):($1-half):($1+half):((column(tx)+column(rx))/unit):\
        ((column(tx)+column(rx)+column(cpu))/unit) with boxxyerror lc rgb warm title 'processor', \
     '' using 1:(0):($1-half):($1+half):((column(tx)+column(rx)+column(cpu))/unit):\
        ((column(tx)+column(rx)+column(cpu)+column(idle))/unit) \
        with boxxyerror lc rgb grey title 'idle listening', \
     '' using 1:(low(t)/unit):(0):(span(t)/unit):xticlabels(2) \
        with vectors as 9 notitle, \
     '' using 1:((column(t)+column(t+1))/unit):(digits(column(t)/unit)) \
        with labels offset 0,0.7 font ',11' notitle
eval place(2)
set yrange [*:*]
stats 'bars.dat' using (column(s)+column(s+1)) nooutput
unit = STATS_max < 2000 ? 1.0 : 1000.0
set yrange [0:1.12*STATS_max/unit]
set title 'The same without idle listening' offset 0,1.2
set ylabel unit == 1 ? 'mJ' : 'J'
plot 'bars.dat' using 1:(0):($1-half):($1+half):(0):(column(tx)/unit) \
        with boxxyerror lc rgb dark title 'sending', \
     '' using 1:(0):($1-half):($1+half):(column(tx)/unit):((column(tx)+column(rx))/unit) \
        with boxxyerror lc rgb light title 'receiving', \
     '' using 1:(0):($1-half):($1+half):((column(tx)+column(rx))/unit):\
        ((column(tx)+column(rx)+column(cpu))/unit) with boxxyerror lc rgb warm title 'processor', \
     '' using 1:(low(s)/unit):(0):(span(s)/unit):xticlabels(2) \
        with vectors as 9 notitle, \
     '' using 1:((column(s)+column(s+1))/unit):(digits(column(s)/unit)) \
        with labels offset 0,0.7 font ',11' notitle
unset multiplot
