# SPDX-License-Identifier: GPL-2.0-only
# Latency and octets on the air, per device, over the number of devices that join; both axes logarithmic,
# with the fitted power of each series.
format = ARG1; output = ARG2
load 'devices.gp'
data = 'effect_devices.dat'; panels = 2
about = 'Effect of the number of devices'
load 'effect.gp'
set multiplot
set logscale xy
set format y '%g'
set xrange [parameter_low/1.15:parameter_high*1.15]
eval parameter_ticks
set xlabel 'new devices' offset 0,0.3
set key opaque
aside(i) = exp((i - (series_count+1)/2.0)*0.006*log(parameter_high/parameter_low))
label_(i, text) = strlen(text) ? series[i].': '.text : series[i]
do for [k=1:2] {
    eval panel(k)
    c = k == 1 ? 2 : 8
    set ylabel k == 1 ? 'latency of a device, s' : 'octets on the air of a device'
    if (k == 2) { eval keyed } else { unset key }
    set yrange [*:*]
    plot for [i=1:series_count] data index i-1 \
        using ($1*aside(i)):(column(c)):(column(c+1)):(column(c+2)) \
        with yerrorbars lw 1.3 lc rgb hue[i] pt sign_[i] ps 0.9 notitle, \
        for [i=1:series_count] (k == 1 ? fit0_factor[i]*x**fit0_exponent[i] : \
            fit2_factor[i]*x**fit2_exponent[i]) lw 1 dt 2 lc rgb hue[i] notitle, \
        for [i=1:series_count] NaN with linespoints lw 1.3 dt 2 lc rgb hue[i] pt sign_[i] ps 0.9 \
            title sprintf('%s: latency %s, octets %s', series[i], \
            strlen(fit0_text[i]) ? fit0_text[i] : '-', strlen(fit2_text[i]) ? fit2_text[i] : '-')
    unset label 91
    unset label 92
}
unset multiplot
