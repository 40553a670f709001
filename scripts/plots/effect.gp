# SPDX-License-Identifier: GPL-2.0-only
# What the figures of one parameter's effect share; they have loaded their settings and set `data`,
# `panels`, `about` and `abscissa`.
body = 250; gap = 78; top = 66
under = 62 + 17*series_count
width = 760; height = top + panels*body + (panels-1)*gap + under
load 'common.gp'
unset label
unset arrow
array hue[12] = ['#1f3a6e', '#d55e00', '#2d8bc0', '#b08900', '#8a3d6b', '#000000', \
                 '#009e73', '#b8471b', '#56b4e9', '#7f7f7f', '#cc79a7', '#4d4d00']
array sign_[12] = [5, 7, 9, 13, 11, 4, 6, 8, 12, 10, 15, 2]
set lmargin at screen 82.0/width
set rmargin at screen 1 - 24.0/width
set xtics auto scale 0.6 norotate center font ',11'
set ytics scale 0.6
set grid xtics ytics back lc rgb '#dddddd' lt 1 lw 0.6
set label 91 about at screen 0.5, screen 1 - 22.0/height center font ',15'
set label 92 (series_found > series_count ? \
    sprintf('the first %d of %d series; ', series_count, series_found) : '') . \
    'means of completed runs with 95 % intervals' . \
    (cut ? '; one that would reach zero ends at a twentieth of its mean' : '') \
    at screen 0.5, screen 1 - 46.0/height center font ',10' tc rgb '#444444'
# Series side by side by a part of the axis, so that intervals do not hide one another.
span_ = parameter_high - parameter_low
aside(i) = (i - (series_count+1)/2.0)*0.006*span_
panel(k) = sprintf("set tmargin at screen %.9g; set bmargin at screen %.9g", \
    1 - (top + (k-1)*(body+gap) + 0.0)/height, 1 - (top + (k-1)*(body+gap) + body + 0.0)/height)
keyed = sprintf("set key at screen %.9g, screen %.9g top left vertical maxcols 1 samplen 2.5 "\
    ."spacing 1.05 reverse Left font ',10'", 82.0/width, (under - 46.0)/height)
wide_range(c) = sprintf("stats data using %d nooutput; "\
    ."if (STATS_max > 20*STATS_min) {set logscale y; set format y '%%g'; set yrange [*:*]} "\
    ."else {unset logscale y; set format y '%%g'; set yrange [0:*]}", c)
