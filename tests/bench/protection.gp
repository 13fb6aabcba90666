# SPDX-License-Identifier: ISC
# Speed against protection: protection.tsv of `bench -c`, see chart.c.

load here."/style.gp"
set output folder."/protection.svg"
set title "A secret of 32 bytes: what it costs, and what protects it"
set xrange [-0.3:8.75]
set yrange [8:120000]
set xtics 0,1,7 scale 0
set xlabel "protections seen, of 7: locked · one byte past noticed · one byte before noticed · write after free noticed ·\nwiped at free · gone in a forked child · left out of core files" \
    textcolor rgb "#333333" offset 0,-0.2
set bmargin 5
set grid xtics ytics
set key top left Left reverse samplen 1 spacing 1.2 textcolor rgb "#333333"
set arrow 1 from graph 0.055,0.16 to graph 0.125,0.05 filled head size graph 0.012,20 linewidth 2 linecolor rgb "#2a7d2a"
set label 1 "better" at graph 0.03,0.19 textcolor rgb "#2a7d2a"

plot folder."/protection.tsv" using ($1 + 0.05):2:(0.13):($3 - $2) with vectors nohead \
         linecolor rgb "#aaaaaa" linewidth 1 notitle, \
     "" using ($5 == 0 ? $1 : NaN):2 with points pointtype 7 pointsize 0.9 linecolor rgb "#8a5a00" title "others, and what the kernel alone takes", \
     "" using ($5 == 1 ? $1 : NaN):2 with points pointtype 5 pointsize 1.0 linecolor rgb "#0b5fbf" title "locket", \
     "" using ($5 == 0 ? $1 + 0.2 : NaN):3:4 with labels left noenhanced textcolor rgb "#5c3c00" font ",12" notitle, \
     "" using ($5 == 1 ? $1 + 0.2 : NaN):3:4 with labels left noenhanced textcolor rgb "#0b4a94" font ",12" notitle
