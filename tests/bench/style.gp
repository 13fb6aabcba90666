# SPDX-License-Identifier: ISC
# What both charts have in common: paper, colours, an axis of times.

set terminal svg size 1000,640 dynamic enhanced font "DejaVu Sans,Helvetica,Arial,sans-serif,13" background "white"
set encoding utf8
set datafile separator "\t"
set border 3 linecolor rgb "#555555"
set tics nomirror textcolor rgb "#333333"
set title font ",17" textcolor rgb "#111111" offset 0,0.6
set logscale y
set ytics ("10 ns" 10, "100 ns" 100, "1 µs" 1000, "10 µs" 10000, "100 µs" 100000)
set grid ytics linecolor rgb "#dddddd" linetype 1 linewidth 1
set ylabel "CPU time of a pair: get, write every byte, free" offset -0.5,0 textcolor rgb "#333333"
