# SPDX-License-Identifier: GPL-2.0-only
# Shared by all figures, which are run as `gnuplot -c NAME.gp svg|png OUTPUT` in the folder of the data
# files. The figure has set `format` and `output`, `panels` (charts above one another) and `body`
# (height of a chart, pixels), or `width` and `height` of its own.
own_width = exists('width') ? width : 0
load 'style.gp'
if (own_width) width = own_width
head = 62                        # above a chart: title, names of the scenarios
# Below: names of the bars, caption, key.
foot = 54 + (steep ? 8*label_characters : 16*label_lines)
if (!exists('height')) height = panels*(head + body + foot)
if (format eq 'svg') {
    set terminal svg size width,height font 'DejaVu Sans,13' noenhanced background 'white'
} else {
    set terminal pngcairo size 2*width,2*height fontscale 2 linewidth 2 pointscale 2 \
        font 'DejaVu Sans,10' noenhanced background 'white'
}
set output output
set encoding utf8

# Four classes and four parts, apart in lightness so that they stay apart in grey and for
# colour-blind readers; every area has a black border.
array class_fill[4] = ['#1f3a6e', '#f6d55c', '#b8471b', '#6db6e0']
array class_line[4] = ['#1f3a6e', '#c79a00', '#b8471b', '#2d8bc0']
array class_point[4] = [5, 7, 9, 13]
dark = '#1f3a6e'; light = '#6db6e0'; warm = '#b8471b'; grey = '#dcdcdc'

set style fill solid 1.0 border lc rgb '#000000'
set border 3 lc rgb '#444444'
set grid noxtics ytics back lc rgb '#dddddd' lt 1 lw 0.6
set xtics nomirror scale 0 font ',11'
set ytics nomirror
if (steep) set xtics rotate by 90 right
set key bottom center horizontal samplen 1.5 width 2 reverse Left
set xrange [x_low:x_high]
set lmargin at screen 76.0/width
set rmargin at screen 1 - 16.0/width
box = 0.62
half = box/2

# Whiskers, as vectors from their lower end: a bar without spread has none.
set style arrow 9 heads nofilled size screen 5.0/width,90 lc rgb '#000000' lw 1
low(c) = column(c+1) > 0 ? column(c) - column(c+1) : NaN
span(c) = 2*column(c+1)

# Puts chart k of `panels` (1 = top) in its place: `eval place(k)`.
place(k) = sprintf("floor = %d.0", (panels - k)*(head + body + foot)).";".\
    "set bmargin at screen (floor + foot)/height;".\
    "set tmargin at screen (floor + foot + body)/height;".\
    "set key at screen 0.5, screen (floor + 6)/height;".\
    "set label 90 caption at screen 0.5, screen (floor + 38)/height center font ',10' tc rgb '#444444'"

# A number with three digits, whole ones without a fraction.
digits(v) = v == int(v) && abs(v) < 1e6 ? sprintf('%d', v) : \
    abs(v) >= 100 ? sprintf('%.0f', v) : abs(v) >= 10 ? sprintf('%.1f', v) : \
    abs(v) >= 1 ? sprintf('%.2f', v) : sprintf('%.3f', v)
