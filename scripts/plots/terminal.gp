# SPDX-License-Identifier: GPL-2.0-only
# Where a figure goes: `format`, `output`, `width` and `height` (pixels) are set.
if (format eq 'svg') {
    set terminal svg size width,height font 'DejaVu Sans,13' noenhanced background 'white'
} else { if (format eq 'pdf') {
    set terminal pdfcairo size width/96.0,height/96.0 font 'DejaVu Sans,9.75' noenhanced \
        background 'white'
} else {
    set terminal pngcairo size 2*width,2*height fontscale 2 linewidth 2 pointscale 2 \
        font 'DejaVu Sans,10' noenhanced background 'white'
} }
set output output
set encoding utf8
