# SPDX-License-Identifier: GPL-2.0-only
# Latency, energy and completion over the number of hops between a device and its access node.
format = ARG1; output = ARG2
load 'hops.gp'
data = 'effect_hops.dat'; panels = 3
about = 'Effect of the number of hops'
load 'effect.gp'
set multiplot
set xrange [parameter_low - 0.3:parameter_high + 0.3]
set xtics 1
set xlabel 'hops' offset 0,0.3
array unit[3] = ['latency, s', 'energy, mJ', 'completed, %']
array from[3] = [2, 5, 11]
array times[3] = [1, 1, 100]
do for [k=1:3] {
    eval panel(k)
    c = from[k]; m = times[k]
    if (k < 3) { eval wide_range(c) } else { unset logscale y; set yrange [0:104] }
    set ylabel unit[k]
    if (k == 3) { eval keyed } else { unset key }
    plot for [i=1:series_count] data index i-1 \
        using ($1+aside(i)):(m*column(c)):(m*column(c+1)):(m*column(c+2)) \
        with yerrorlines lw 1.3 lc rgb hue[i] pt sign_[i] ps 0.9 title series[i]
    unset label 91
    unset label 92
}
unset multiplot
