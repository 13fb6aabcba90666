# SPDX-License-Identifier: ISC
# Time by size: size.tsv of `bench -c`, see chart.c.

load here."/style.gp"
set output folder."/size.svg"
set title "Time of a pair by size, one object at a time"
set logscale x 2
set xrange [14:75000]
set yrange [8:120000]
set xtics ("16" 16, "32" 32, "64" 64, "256" 256, "1 KiB" 1024, "4 KiB" 4096, "16 KiB" 16384, "64 KiB" 65536)
set xlabel "bytes" textcolor rgb "#333333"
set key outside right center Left reverse noenhanced samplen 2.5 spacing 1.35

# A colour, a shape and a dash for each: no two differ by colour alone.
colours = "#c0392b #0b5fbf #0b5fbf #0b5fbf #7d3c98 #1e8449 #b9770e #16a085 #7f8c8d #7f8c8d #34495e #34495e"
shapes  = "9 5 7 6 13 11 15 1 4 8 2 3"
stats folder."/size.tsv" using 1:2 nooutput
series = STATS_blocks
plot for [i = 0:series - 1] folder."/size.tsv" index i using 1:2 with linespoints \
    linecolor rgb word(colours, i % 12 + 1) pointtype int(word(shapes, i % 12 + 1)) pointsize 0.8 \
    linewidth (i > 0 && i < 4 ? 2.2 : 1.3) dashtype i % 12 < 8 ? 1 : 2 title columnheader(1), \
    for [i = 0:series - 1] folder."/size.tsv" index i using 1:($3 == 0 ? $2 : NaN) with points \
    linecolor rgb "#d62728" pointtype 6 pointsize 1.9 linewidth 1.2 title (i == 0 ? "(circled: not locked)" : "")
